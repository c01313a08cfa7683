// Grey values of a face region, on which quality is measured.
import type { Box } from '../contract/common.ts'
import { insideOf, wholeRegion, type Image8 } from './pixels.ts'

export interface Luma {
  readonly width: number
  readonly height: number
  /** 0..255, row by row, not rounded. */
  readonly data: Float32Array
}

/** BT.601 luma of the part of the box that lies inside the image; null where nothing does. */
export function lumaOf(image: Image8, box: Box): Luma | null {
  const region = insideOf(image, wholeRegion(box))
  if (region === null) return null
  const { width, height } = region
  const data = new Float32Array(width * height)
  for (let y = 0, to = 0; y < height; y++) {
    let from = ((region.y + y) * image.width + region.x) * 3
    for (let x = 0; x < width; x++, from += 3)
      data[to++] = 0.299 * image.data[from]! + 0.587 * image.data[from + 1]! + 0.114 * image.data[from + 2]!
  }
  return { width, height, data }
}

/** Mean and variance (over N). */
export function moments(values: Float32Array): { mean: number; variance: number } {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i]!
  mean /= values.length
  let variance = 0
  for (let i = 0; i < values.length; i++) variance += (values[i]! - mean) ** 2
  return { mean, variance: variance / values.length }
}
