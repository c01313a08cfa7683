// Weights from files of other programs into a graph of ours, and ours into a file that they read.
import type { Graph } from '../graph.ts'
import { show } from '../shapes.ts'
import { floats, requireWeights, type Weight, type WeightStore } from '../weights.ts'
import { weightSpecs } from '../specs.ts'
import { weightsFromOnnx } from './fromOnnx.ts'
import { readNpz } from './npy.ts'
import { looksLikeSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts'
import { failFor, MAX_WEIGHT_BYTES, type Fail, type TensorFile } from './tensorFile.ts'
import { nativeLayout, torchTensors, type TorchTensor } from './torch.ts'
import { torchLayouts, type TorchLayout } from './torchLayouts.ts'
import { looksLikeZip } from './zip.ts'

export interface ImportedWeights {
  /** Every weight of the graph, float32. */
  weights: Map<string, Weight>
  /** Whose names the file has, e.g. 'insightface'; 'ONNX' for an ONNX file. */
  layout: string
  /** Tensors that the network has no place for, such as a classifier's; counters of batches are not listed. */
  unused: string[]
}

/**
 * Reads a file of weights: safetensors or .npz with PyTorch's names and layout, or ONNX. Names may begin with what
 * wrappers put before them ('module.', 'backbone.', 'model.').
 * @param fileName how the person knows the file
 * @throws UserFacingError 'unreadable-file' (damaged, of no known format), 'too-large', 'forbidden' (a pickle),
 *   'wrong-model' with the first thing that does not fit the graph
 */
export function importWeights(graph: Graph, bytes: Uint8Array, fileName: string): ImportedWeights {
  const fail = failFor(fileName)
  if (bytes.length > MAX_WEIGHT_BYTES)
    fail(`has ${bytes.length} bytes; weights of up to ${MAX_WEIGHT_BYTES} bytes are taken.`, 'too-large')
  const zip = looksLikeZip(bytes)
  if (!zip && !looksLikeSafetensors(bytes)) {
    if (!/\.onnx$/i.test(fileName)) fail('holds no weights of a known kind. Choose a safetensors, .npz or .onnx file.')
    return { weights: weightsFromOnnx(graph, bytes, fileName), layout: 'ONNX', unused: [] }
  }
  const file = withoutWrappers(zip ? readNpz(bytes, fail) : readSafetensors(bytes, fail), fail)
  const { layout, tensors } = layoutOf(graph, file, fail)
  const weights = new Map(tensors.map((tensor) => [tensor.spec.name, read(tensor, graph, file, fail)]))
  const wanted = new Set(tensors.map((t) => t.name))
  const unused = [...file.keys()].filter((name) => !wanted.has(name) && !name.endsWith('num_batches_tracked'))
  const extra = unused.find((name) => layout.owns.test(name))
  if (extra !== undefined)
    fail(`does not fit the network ${graph.name}: it is of another one, which has "${extra}" too.`, 'wrong-model')
  return { weights, layout: layout.name, unused }
}

/** Names without what DataParallel and training programs put before them. */
function withoutWrappers(file: TensorFile, fail: Fail): TensorFile {
  const bare = new Map(
    [...file].map(([name, tensor]) => [name.replace(/^((module|backbone|model|net)\.)+/, ''), tensor]),
  )
  if (bare.size !== file.size) fail('holds two networks whose tensors have the same names. Export one of them alone.')
  return bare
}

/** The layout that names most of the file's tensors. */
function layoutOf(graph: Graph, file: TensorFile, fail: Fail): { layout: TorchLayout; tensors: TorchTensor[] } {
  const found = torchLayouts
    .flatMap((layout) => {
      const tensors = torchTensors(graph, layout)
      return tensors ? [{ layout, tensors, known: tensors.filter((t) => file.has(t.name)).length }] : []
    })
    .sort((a, b) => b.known - a.known)
  const [best] = found
  const names = found.map(({ layout }) => layout.name).join(', ')
  if (!best?.known)
    return fail(`does not fit the network ${graph.name}: its tensors are not named as by ${names}.`, 'wrong-model')
  return best
}

function read(tensor: TorchTensor, graph: Graph, file: TensorFile, fail: Fail): Weight {
  const { spec, name, dims, absent } = tensor
  const stored = file.get(name)
  const wrong = (problem: string): never => fail(`does not fit the network ${graph.name}: ${problem}.`, 'wrong-model')
  if (!stored) {
    // Gain and offset are left out together, or not at all.
    const partner = name.replace(/\.(weight|bias)$/, (_, part) => (part === 'weight' ? '.bias' : '.weight'))
    if (absent === null || file.has(partner)) return wrong(`it lacks "${name}" (${show(dims)})`)
    return { kind: 'float32', shape: spec.shape, data: new Float32Array(spec.shape[0]!).fill(absent) }
  }
  if (show(stored.dims) !== show(dims)) return wrong(`its "${name}" is ${show(stored.dims)}, not ${show(dims)}`)
  const data = stored.read() ?? wrong(`its "${name}" holds no numbers`)
  if (!data.every(Number.isFinite)) return wrong(`its "${name}" holds values that are no numbers`)
  return { kind: 'float32', shape: spec.shape, data: tensor.ours(data) }
}

/**
 * A safetensors file in PyTorch's layout, under the names of the public code that the network comes from (IR:
 * face.evoLVe or insightface; LRFR), or under our own with dots.
 * @throws Error when the weights do not fit the graph
 */
export function weightsToSafetensors(graph: Graph, weights: WeightStore): Uint8Array {
  requireWeights(weightSpecs(graph), weights)
  const layout = nativeLayout(graph)
  const tensors = torchTensors(graph, layout)!
  return writeSafetensors(
    tensors.map(({ spec, name, dims, theirs }) => [name, dims, theirs(floats(weights.get(spec.name)!))] as const),
    { format: 'pt', network: graph.name, layout: layout.name },
  )
}
