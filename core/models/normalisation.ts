// Finds out whether a network normalises its own pixels: its first operations then subtract and scale constants.
import type { OnnxModel, OnnxTensor } from '../nets/onnx/model.ts'
import { valuesOf } from '../nets/onnx/values.ts'

/** What the network does to its input before anything else: value = (pixel - subtract) * factor. */
export interface OwnNormalisation {
  subtract: number[]
  factor: number[]
}

/**
 * Follows the input through leading Sub, Add, Mul and Div with one or three constants (Transpose, Cast and Identity
 * are passed over).
 * @returns null where the network begins with anything else
 */
export function ownNormalisation(model: OnnxModel, input: string): OwnNormalisation | null {
  const constants = new Map<string, OnnxTensor>(model.graph.initialisers.map((t) => [t.name, t]))
  for (const node of model.graph.nodes) {
    const value = node.attributes.value
    if (node.op === 'Constant' && value?.kind === 'tensor') constants.set(node.outputs[0] ?? '', value.value)
  }
  // Kept as (pixel * gain + offset); a list of one stands for all channels.
  let [gain, offset] = [[1], [0]]
  let at = input
  let found = false
  for (let step = 0; step < 8; step++) {
    const users = model.graph.nodes.filter((n) => n.inputs.includes(at))
    const [node] = users
    if (users.length !== 1 || !node) break
    if (!['Identity', 'Cast', 'Transpose'].includes(node.op)) {
      const other = constants.get(node.inputs.find((name) => name !== at) ?? '')
      const values = other && [...(valuesOf(other) ?? [])]
      if (values?.length !== 1 && values?.length !== 3) break
      const inverted = node.inputs[0] !== at
      if (node.op === 'Sub' && !inverted) offset = zip(offset, values, (a, b) => a - b)
      else if (node.op === 'Add') offset = zip(offset, values, (a, b) => a + b)
      else if (node.op === 'Mul' || (node.op === 'Div' && !inverted)) {
        const factors = node.op === 'Mul' ? values : values.map((v) => 1 / v)
        gain = zip(gain, factors, (a, b) => a * b)
        offset = zip(offset, factors, (a, b) => a * b)
      } else break
      found = true
    }
    at = node.outputs[0] ?? ''
  }
  if (!found || gain.some((v) => v === 0 || !Number.isFinite(v))) return null
  const changes = gain.some((v) => v !== 1) || offset.some((v) => v !== 0)
  return changes ? { subtract: zip(offset, gain, (o, g) => -o / g), factor: gain } : null
}

const zip = (a: number[], b: number[], f: (x: number, y: number) => number): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => f(a[i % a.length]!, b[i % b.length]!))
