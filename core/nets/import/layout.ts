// Reorders weights between the order of PyTorch and ONNX (channels first) and that of our graphs (channels last).
import type { Graph, Node } from '../graph.ts'
import { inferShapes } from '../shapes.ts'

/** OIHW → HWIO. @param shape of the result: height, width, input channels per group, filters */
export function toHwio(data: Float32Array, shape: readonly number[]): Float32Array {
  const [h, w, i, o] = shape as [number, number, number, number]
  const out = new Float32Array(data.length)
  for (let at = 0, f = 0; f < o; f++)
    for (let c = 0; c < i; c++)
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[((y * w + x) * i + c) * o + f] = data[at++]!
  return out
}

/** HWIO → OIHW: undoes `toHwio`. @param shape of the input: height, width, input channels per group, filters */
export function toOihw(data: Float32Array, shape: readonly number[]): Float32Array {
  const [h, w, i, o] = shape as [number, number, number, number]
  const out = new Float32Array(data.length)
  for (let at = 0, f = 0; f < o; f++)
    for (let c = 0; c < i; c++)
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[at++] = data[((y * w + x) * i + c) * o + f]!
  return out
}

/**
 * A dense layer after a flattened map [h, w, c] reads its rows in the order of flattening.
 * @param stored the order of the rows elsewhere; PyTorch's is 'chw'
 * @returns for each row of our matrix, which stored row it is; null when the orders are the same
 */
export function rowOrder(graph: Graph, dense: Node<'dense'>, stored: 'chw' | 'hwc'): Uint32Array | null {
  const byId = new Map(graph.nodes.map((n) => [n.id, n]))
  let node = byId.get(dense.inputs[0]!)
  while (node?.op === 'dropout') node = byId.get(node.inputs[0]!)
  if (node?.op !== 'flatten' || node.attributes.order === stored) return null
  const [h, w, c] = inferShapes(graph).get(node.inputs[0]!) as readonly [number, number, number]
  const rows = new Uint32Array(h * w * c)
  for (let k = 0; k < c; k++)
    for (let p = 0; p < h * w; p++) {
      const [chw, hwc] = [k * h * w + p, p * c + k]
      if (stored === 'chw') rows[hwc] = chw
      else rows[chw] = hwc
    }
  return rows
}

/** Rows of a [rows, columns] matrix in another order: row i of the result is row `order[i]`. */
export function reordered(matrix: Float32Array, order: Uint32Array): Float32Array {
  const columns = matrix.length / order.length
  const out = new Float32Array(matrix.length)
  order.forEach((from, to) => out.set(matrix.subarray(from * columns, (from + 1) * columns), to * columns))
  return out
}
