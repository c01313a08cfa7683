// Hands an aligned face to a network in the numbers, the order and the layout its first layer reads.
import type { PixelContract } from '../contract/models.ts'
import type { Image8 } from './pixels.ts'

/**
 * Network input of one aligned face: (pixel - mean) / scale per channel, mean and scale in the contract's own channel
 * order.
 * @returns size * size * 3 numbers, without the batch dimension
 * @throws RangeError where the image is not size x size
 */
export function toInput(
  aligned: Image8,
  pixels: Pick<PixelContract, 'size' | 'channelOrder' | 'layout' | 'mean' | 'scale'>,
): Float32Array {
  const { size } = pixels
  if (aligned.width !== size || aligned.height !== size)
    throw new RangeError(`toInput: the model reads ${size} x ${size} px, got ${aligned.width} x ${aligned.height}`)
  const plane = size * size
  const out = new Float32Array(plane * 3)
  const step = pixels.layout === 'NCHW' ? 1 : 3
  for (let channel = 0; channel < 3; channel++) {
    const mean = pixels.mean[channel]!
    const scale = pixels.scale[channel]!
    let to = pixels.layout === 'NCHW' ? channel * plane : channel
    for (let p = pixels.channelOrder === 'RGB' ? channel : 2 - channel; p < plane * 3; p += 3, to += step)
      out[to] = (aligned.data[p]! - mean) / scale
  }
  return out
}
