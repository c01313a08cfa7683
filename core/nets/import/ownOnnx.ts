// Takes weights by their names out of ONNX files that this program wrote, in which several networks may stand in a row.
import type { Graph } from '../graph.ts'
import { checkOnnx } from '../onnx/check.ts'
import { valuesOf } from '../onnx/values.ts'
import { specSize, weightSpecs, type WeightSpec } from '../specs.ts'
import type { Weight } from '../weights.ts'
import { toHwio } from './layout.ts'

/** What `toOnnx` appends to a weight's name for its layout and its storage. */
const ENDINGS = ['', '/chw', '/f16', '/chw/f16']

/**
 * Weights of a graph that the file has under the graph's own names, all with one of the prefixes before them
 * (`generator/` in a chain, nothing in a network alone).
 * @returns null where the file is not ours or lacks one of the weights in its shape; what `checkOnnx` throws
 */
export function weightsByName(
  graph: Graph,
  bytes: Uint8Array,
  fileName: string,
  prefixes: readonly string[] = [''],
): Map<string, Weight> | null {
  const { model } = checkOnnx(bytes, fileName, true)
  if (model.producer !== 'vestige') return null
  const stored = new Map(model.graph.initialisers.map((tensor) => [tensor.name, tensor]))
  const read = (prefix: string, spec: WeightSpec): Weight | null => {
    const ending = ENDINGS.find((each) => stored.has(`${prefix}${spec.name}${each}`))
    const tensor = ending === undefined ? undefined : stored.get(`${prefix}${spec.name}${ending}`)
    const values = tensor && valuesOf(tensor)
    const [h, w, i, o] = spec.shape
    const shape = spec.role === 'filter' ? [o, i, h, w] : spec.shape
    const dims = spec.shape.length === 1 ? tensor?.dims.slice(0, 1) : tensor?.dims
    if (values?.length !== specSize(spec) || dims?.join() !== shape.join()) return null
    const data = spec.role === 'filter' ? toHwio(values, spec.shape) : values.slice()
    return { kind: 'float32', shape: spec.shape, data }
  }
  const specs = weightSpecs(graph)
  for (const prefix of prefixes) {
    const weights = specs.map((spec) => [spec.name, read(prefix, spec)] as const)
    if (weights.every((pair): pair is readonly [string, Weight] => pair[1] !== null)) return new Map(weights)
  }
  return null
}
