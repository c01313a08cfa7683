// How a convolution's explicit padding is called in TensorFlow.
import type { Pads, Pair } from '../../nets/graph.ts'

export type Padding =
  { readonly padding: 'SAME' | 'VALID' } | { readonly padding: 'EXPLICIT'; readonly around: number[] }

/** SAME and VALID where they mean the same, because TensorFlow's gradients are twice as fast with them than with EXPLICIT. */
export function paddingOf(kernel: Pair, stride: Pair, pads: Pads): Padding {
  const [top, right, bottom, left] = pads
  if (pads.every((n) => n === 0)) return { padding: 'VALID' }
  const [v, h] = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2]
  if (stride[0] * stride[1] === 1 && top === v && bottom === v && left === h && right === h) return { padding: 'SAME' }
  return { padding: 'EXPLICIT', around: [0, 0, top, bottom, left, right, 0, 0] }
}
