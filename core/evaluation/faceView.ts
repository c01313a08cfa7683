// The copy of an aligned face that a protocol hands to the recogniser: degraded if it says so, shrunk and enlarged.
import { sha256 } from '../base/sha256.ts'
import { degrade, drawDegradation, surveillance } from '../images/degrade.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { resize, type Kernel } from '../images/resample.ts'

/** How copies are made; everything but the size, which the resolution gives. */
export interface Copying {
  readonly down: Kernel
  readonly up: Kernel
  /** Seed of the degradation model (blur, noise, JPEG, each with probability 0.5) before shrinking; null: clean. */
  readonly degraded: { readonly seed: number } | null
}

/** Pillow's bicubic both ways, clean, 8 bits in between; also how the application shrinks a reference for a second score. */
export const CLEAN: Copying = { down: 'bicubic', up: 'bicubic', degraded: null }

/** Pixels of an aligned face in all protocols. */
export const FACE_SIZE = 112

/** A picture of the protocols' size; others are resized, and stretched where they are not square (bicubic). */
export function asFace(image: Image8, size = FACE_SIZE): Image8 {
  return image.width === size && image.height === size ? image : resize(image, size, size, 'bicubic')
}

/** Native side of a stored aligned face: its own pixels, of which no more than FACE_SIZE are used. */
export const nativeSideOf = ({ width, height }: Pick<Image8, 'width' | 'height'>): number =>
  Math.min(width, height, FACE_SIZE)

/**
 * Copy of a face at a native side of r pixels, brought to `side` px: the face's own size, or that of a network's input,
 * which may be smaller than r. The degradation is drawn from
 * the seed and the face's name alone, so that one face meets the same camera at every resolution.
 * @param key name of the face @see methods A and C: low-resolution copy, 8-bit rounding in between
 */
export function lowResolution(
  face: Image8,
  r: number,
  { down, up, degraded }: Copying,
  key: string | number,
  side = face.width,
): Image8 {
  let from = face
  if (degraded !== null) {
    const draw = random(degraded.seed, Number.parseInt(sha256(String(key)).slice(0, 8), 16))
    from = degrade(face, drawDegradation(surveillance, draw, face.width), draw)
  }
  if (r >= face.width) return from
  const native = resize(from, r, r, down)
  return r === side ? native : resize(native, side, side, side < r ? down : up)
}
