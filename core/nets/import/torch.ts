// Which PyTorch tensor each weight of a graph is, and how its values are ordered there.
import type { Graph, Node } from '../graph.ts'
import { weightSpecs, type WeightRole, type WeightSpec } from '../specs.ts'
import { reordered, rowOrder, toHwio, toOihw } from './layout.ts'
import { transposed } from './onnxLayers.ts'
import { torchLayouts, type TorchLayout } from './torchLayouts.ts'

export interface TorchTensor {
  readonly spec: WeightSpec
  /** Full name in a state dict. */
  readonly name: string
  /** Shape there: filters OIHW, matrices [out, in]. */
  readonly dims: readonly number[]
  /** What the tensor is when a file leaves it out, as normalisations without gain and offset do; null: it may not. */
  readonly absent: number | null
  /** Values from PyTorch's order to ours. */
  ours(data: Float32Array): Float32Array
  /** Values from our order to PyTorch's. */
  theirs(data: Float32Array): Float32Array
}

const parts: Record<WeightRole, string> = {
  filter: 'weight',
  matrix: 'weight',
  bias: 'bias',
  gain: 'weight',
  offset: 'bias',
  slope: 'weight',
  mean: 'running_mean',
  variance: 'running_var',
}

/** Every weight of the graph under the layout's names, in the graph's order; null when the layout is not the graph's. */
export function torchTensors(graph: Graph, layout: TorchLayout): TorchTensor[] | null {
  const moduleOf = layout.modules(graph)
  const holders = new Map(graph.nodes.map((n) => [n.weights, n]))
  const tensors: TorchTensor[] = []
  for (const spec of weightSpecs(graph)) {
    const prefix = spec.name.slice(0, spec.name.lastIndexOf('/'))
    const module = moduleOf(prefix)
    if (module === undefined) return null
    tensors.push({ spec, name: `${module}.${parts[spec.role]}`, ...conversion(graph, holders.get(prefix)!, spec) })
  }
  return tensors
}

/** The first layout that names all of the graph's nodes. */
export const nativeLayout = (graph: Graph): TorchLayout => torchLayouts.find((l) => torchTensors(graph, l) !== null)!

type Conversion = Pick<TorchTensor, 'dims' | 'absent' | 'ours' | 'theirs'>
function conversion(graph: Graph, node: Node, { role, shape }: WeightSpec): Conversion {
  const same = (data: Float32Array): Float32Array => data
  if (role === 'filter') {
    const [h, w, i, o] = shape as [number, number, number, number]
    return { dims: [o, i, h, w], absent: null, ours: (d) => toHwio(d, shape), theirs: (d) => toOihw(d, shape) }
  }
  if (role === 'matrix') {
    const dims = shape.toReversed()
    const order = node.op === 'dense' ? rowOrder(graph, node, 'chw') : null
    const back = order && inverse(order)
    return {
      dims,
      absent: null,
      ours(data) {
        const turned = transposed({ dims, data }).data
        return order ? reordered(turned, order) : turned
      },
      theirs: (data) => transposed({ dims: shape, data: back ? reordered(data, back) : data }).data,
    }
  }
  const affine = node.op === 'batchNorm' && (role === 'gain' || role === 'offset')
  return { dims: shape, absent: affine ? (role === 'gain' ? 1 : 0) : null, ours: same, theirs: same }
}

function inverse(order: Uint32Array): Uint32Array {
  const back = new Uint32Array(order.length)
  order.forEach((from, to) => (back[from] = to))
  return back
}
