// Turns a file from outside into oriented sRGB pixels and a record of what was found, or says why it cannot.
import { UserFacingError } from '../contract/errors.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import type { Image8 } from './pixels.ts'
import { sharp } from './vips.ts'

/** Decodes one image file. Throws UserFacingError ('unreadable-file', 'too-large'). */
export async function decodeImage(bytes: Uint8Array, fileName: string): Promise<{ image: Image8; facts: ImportFacts }> {
  try {
    const pipeline = sharp(bytes, { limitInputPixels: 100_000_000, failOn: 'truncated' })
    const meta = await pipeline.metadata()
    const { data, info } = await pipeline
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const image = { width: info.width, height: info.height, data: new Uint8Array(data) }
    const facts: ImportFacts = {
      format: meta.format,
      width: info.width,
      height: info.height,
      orientation: meta.orientation ?? 1,
      bitDepth: 8,
      colour: meta.space,
      icc: null,
      frames: meta.pages ?? 1,
      exif: {},
      warnings: [],
    }
    return { image, facts }
  } catch (cause) {
    throw new UserFacingError('unreadable-file', `${fileName} cannot be read as an image.`, { cause })
  }
}
