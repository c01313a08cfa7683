// Makes demonstration footage out of a photograph: smaller, noisier, compressed; the same bytes for the same seed.
import { encodeJpeg } from '../images/encode.ts'
import { addNoise } from '../images/noise.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { resize } from '../images/resample.ts'
import type { Degradation } from './protocol.ts'

/** @returns a JPEG file */
export function degrade(image: Image8, { width, height, noise, seed, quality }: Degradation): Promise<Uint8Array> {
  return encodeJpeg(addNoise(resize(image, width, height, 'bicubic'), noise, false, random(seed)), quality)
}
