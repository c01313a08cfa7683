// The degradation model: what a surveillance camera does to a face, as a chain of seeded, named steps.
import { blurGaussian, blurMotion } from './blur.ts'
import { jpegRoundTrip } from './jpeg.ts'
import { addNoise } from './noise.ts'
import type { Image8 } from './pixels.ts'
import type { Random } from './random.ts'
import { resize, type Kernel } from './resample.ts'

/** Ranges are uniform draws; lengths are for a 112 px image and scale with its size. */
export interface DegradeSpec {
  readonly blur: {
    readonly p: number
    readonly gaussianSizes: readonly number[]
    readonly sigma: readonly [number, number]
    readonly motionLengths: readonly number[]
  }
  readonly noise: { readonly p: number; readonly sigma: readonly [number, number]; readonly sharedPlane: number }
  readonly jpeg: { readonly p: number; readonly quality: readonly [number, number] }
}

/**
 * Blur (Gaussian or motion), noise and JPEG, each with probability 0.5, as WaveResNet describes it; the ranges are
 * ours: a kernel of 9 with sigma 2.5 already removes everything above about 20 px of resolution.
 * @see Lu & Ebrahimi, VCIP 2023, data preparation
 */
export const surveillance: DegradeSpec = {
  blur: { p: 0.5, gaussianSizes: [3, 5, 7, 9], sigma: [0.3, 2.5], motionLengths: [3, 5, 7, 9, 11] },
  noise: { p: 0.5, sigma: [1, 15], sharedPlane: 0.5 },
  jpeg: { p: 0.5, quality: [30, 95] },
}

/** What was drawn for one image; kept with a sample so that a view can be explained. */
export interface Degradation {
  readonly blur:
    | { readonly kind: 'gaussian'; readonly size: number; readonly sigma: number }
    | { readonly kind: 'motion'; readonly length: number; readonly angle: number }
    | null
  readonly noise: { readonly sigma: number; readonly shared: boolean } | null
  readonly jpeg: { readonly quality: number } | null
}

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T
const odd = (n: number): number => Math.max(1, 2 * Math.round((n - 1) / 2) + 1)

/** Draws one degradation. The order of draws is fixed: blur?, kind, its parameters, noise?, sigma, plane, jpeg?, quality. */
export function drawDegradation(spec: DegradeSpec, random: Random, size: number): Degradation {
  const scale = size / 112
  let blur: Degradation['blur'] = null
  if (random.chance(spec.blur.p))
    blur = random.chance(0.5)
      ? {
          kind: 'gaussian',
          size: odd(pick(random, spec.blur.gaussianSizes) * scale),
          sigma: random.uniform(...spec.blur.sigma) * scale,
        }
      : {
          kind: 'motion',
          length: odd(pick(random, spec.blur.motionLengths) * scale),
          angle: random.uniform(0, Math.PI),
        }
  const noise = random.chance(spec.noise.p)
    ? { sigma: random.uniform(...spec.noise.sigma), shared: random.chance(spec.noise.sharedPlane) }
    : null
  const jpeg = random.chance(spec.jpeg.p)
    ? { quality: Math.floor(random.uniform(spec.jpeg.quality[0], spec.jpeg.quality[1] + 1)) }
    : null
  return { blur, noise, jpeg }
}

/** Applies what was drawn: blur, then noise, then JPEG. With nothing drawn the same image comes back, bit for bit. */
export function degrade(image: Image8, drawn: Degradation, random: Random): Image8 {
  let out = image
  if (drawn.blur)
    out =
      drawn.blur.kind === 'gaussian'
        ? blurGaussian(out, drawn.blur.size, drawn.blur.sigma)
        : blurMotion(out, drawn.blur.length, drawn.blur.angle)
  if (drawn.noise) out = addNoise(out, drawn.noise.sigma, drawn.noise.shared, random)
  if (drawn.jpeg) out = jpegRoundTrip(out, drawn.jpeg.quality)
  return out
}

/** Shrinks to r x r and back to the image's own size; r equal to the size changes nothing. */
export function throughSize(image: Image8, r: number, down: Kernel = 'bicubic', up: Kernel = 'bicubic'): Image8 {
  return r === image.width && r === image.height
    ? image
    : resize(resize(image, r, r, down), image.width, image.height, up)
}
