// Turns pixels into files: lossless for records, small for the screen.
import type { Image8 } from './pixels.ts'
import { sharp } from './vips.ts'

const raw = ({ width, height, data }: Image8) => sharp(data, { raw: { width, height, channels: 3 } })

/** Lossless; the same pixels come back. */
export async function encodePng(image: Image8): Promise<Uint8Array> {
  return new Uint8Array(await raw(image).png().toBuffer())
}

/** quality 1..100; 4:2:0 below 90 as cameras do, 4:4:4 from there on. */
export async function encodeJpeg(image: Image8, quality: number): Promise<Uint8Array> {
  return new Uint8Array(
    await raw(image)
      .jpeg({ quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
      .toBuffer(),
  )
}

/** A WebP for lists: at most `side` pixels on its longer side, never enlarged. For the eye only, never for a model. */
export async function thumbnail(image: Image8, side: number): Promise<Uint8Array> {
  return new Uint8Array(
    await raw(image)
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer(),
  )
}
