// Makes demonstration footage out of a photograph: smaller, noisier, compressed; the same bytes for the same seed.
import { encodeJpeg } from '../images/encode.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { Degradation } from './protocol.ts'

/** Mulberry32: uniform numbers in 0..1, a period of 2^32. @param seed 32-bit integer */
export function uniform(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Adds Gaussian noise (Box-Muller) to every value. @param sigma on the 0..255 scale */
export function withNoise(image: Image8, sigma: number, seed: number): Image8 {
  const random = uniform(seed)
  const data = new Uint8Array(image.data.length)
  for (let i = 0; i < data.length; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const value = image.data[i]! + sigma * radius * Math.cos(2 * Math.PI * random())
    data[i] = Math.max(0, Math.min(255, Math.round(value)))
  }
  return { width: image.width, height: image.height, data }
}

/** @returns a JPEG file */
export function degrade(image: Image8, { width, height, noise, seed, quality }: Degradation): Promise<Uint8Array> {
  return encodeJpeg(withNoise(resize(image, width, height, 'bicubic'), noise, seed), quality)
}
