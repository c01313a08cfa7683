// A convolution whose answer is known to the last bit, to find out whether a device computes what it should.
import { build } from '../nets/build.ts'
import { filled } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { expectedSums } from './knownSums.ts'
import type { FloatTensor, OnnxSession } from './session.ts'

/** Sides and channels of the question: 24x24x8 in, 3x3 kernel, padding 1, 16 filters. */
const SIDE = 24
const CHANNELS = 8
const FILTERS = 16

/**
 * Inputs are multiples of 1/64 up to 100/64, weights multiples of 1/128 up to 63/128: all 72 products of a sum and all
 * their partial sums are exact in float32, in any order. A device that rounds differently computes in less.
 */
const inputValue = (i: number): number => (((i * 7919) % 201) - 100) / 64
const weightValue = (i: number): number => (((i * 104_729) % 127) - 63) / 128

/**
 * Largest error with which a device passes. TF32 and half-precision products, which GPUs use for convolutions, stay
 * below it; a wrong kernel does not.
 */
export const TOLERANCE = 0.02

/** The question as an ONNX file; its weights count up in the order height, width, input channel, filter. */
export function knownModel(): Uint8Array {
  const g = build('known convolution')
  const graph = g.done({
    y: g.conv('c', g.input([SIDE, SIDE, CHANNELS]), { filters: FILTERS, kernel: 3, pad: 1 }),
  })
  let i = 0
  return toOnnx(
    graph,
    filled(graph, () => () => weightValue(i++)),
    { batch: 1 },
  )
}

/** The question's image, NCHW, values counting up in the order channel, row, column. */
export const knownInput = (): FloatTensor => ({
  dims: [1, CHANNELS, SIDE, SIDE],
  data: Float32Array.from({ length: CHANNELS * SIDE * SIDE }, (_, i) => inputValue(i)),
})

/** Indices of the answer's NCHW array that are compared: all filters, the border and the middle. */
export const knownPositions = (): number[] => Array.from({ length: 64 }, (_, i) => (i * 1459) % (FILTERS * SIDE * SIDE))

/** Largest difference between a session's answer and the stored one. Infinite where a value is not finite. */
export async function maxErrorOf(session: OnnxSession): Promise<number> {
  const { y } = await session.run({ input: knownInput() })
  return knownPositions().reduce((worst, at, i) => {
    const error = Math.abs(y!.data[at]! - expectedSums[i]!)
    return Math.max(worst, Number.isNaN(error) ? Infinity : error)
  }, 0)
}
