// Turns a stored weight into an ONNX initialiser: reordered for NCHW, and left as small as it was stored.
import type { Weight } from '../weights.ts'
import type { Emit } from './lower.ts'
import { DataType, type OnnxTensor } from './model.ts'

/**
 * oihw: a filter [h, w, in, out] → [out, in, h, w], and a deconv's [h, w, out, in] → [in, out, h, w], as ONNX has both.
 * channels: [c] → [c, 1, 1]. plain: as it is.
 */
export type Layout = 'oihw' | 'channels' | 'plain'

type Numbers = Float32Array | Uint8Array | Uint16Array

/**
 * The initialiser, and for small types the nodes that make float32 of it. Cast, Mul and Add are folded into one
 * constant when the file is opened (DequantizeLinear would be kept and computed anew for every image).
 */
export function asInitialiser(
  name: string,
  weight: Weight,
  layout: Layout,
): { tensor: OnnxTensor; decode?: (emit: Emit, stored: string) => string } {
  const [data, dims] = arrange(weight.data, weight.shape, layout)
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const tensor = (type: number, suffix: string): OnnxTensor => ({ name: name + suffix, dims, type, raw, numbers: [] })
  if (weight.kind === 'float32') return { tensor: tensor(DataType.float, layout === 'channels' ? '/chw' : '') }
  const toFloat = { to: { kind: 'int', value: DataType.float } } as const
  const end = layout === 'channels' ? '/chw' : ''
  if (weight.kind === 'float16')
    return {
      tensor: tensor(DataType.float16, `${end}/f16`),
      decode: (emit, stored) => emit.node('Cast', [stored], toFloat, name + end),
    }
  const { scale, min } = weight
  return {
    tensor: tensor(DataType.uint8, `${end}/u8`),
    decode(emit, stored) {
      const cast = emit.node('Cast', [stored], toFloat, `${name}${end}/cast`)
      const scaled = emit.node('Mul', [cast, emit.floats(`${name}/scale`, [], [scale])], {}, `${name}${end}/scaled`)
      return emit.node('Add', [scaled, emit.floats(`${name}/min`, [], [min])], {}, name + end)
    },
  }
}

function arrange(data: Numbers, shape: readonly number[], layout: Layout): [Numbers, number[]] {
  if (layout === 'plain') return [data, [...shape]]
  if (layout === 'channels') return [data, [...shape, 1, 1]]
  const [h, w, i, o] = shape as [number, number, number, number]
  const out = data.slice()
  for (let at = 0, y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < i; c++) for (let f = 0; f < o; f++) out[((f * i + c) * h + y) * w + x] = data[at++]!
  return [out, [o, i, h, w]]
}
