// Decodes what libvips reads, strictly first, and records what it had to do.
import type { Metadata } from 'sharp'
import type { ImportFacts } from '../contract/evidence.ts'
import { complaint, TIMEOUT_SECONDS, unreadable } from './complaint.ts'
import { exifFacts } from './exif.ts'
import { flattenOnBlack, TRANSPARENCY } from './flatten.ts'
import { iccDescription } from './icc.ts'
import { checkSize, MAX_PIXELS } from './limits.ts'
import type { Image8 } from './pixels.ts'
import { pngFrames } from './png.ts'
import { formatLabels, type Readable } from './sniff.ts'
import { sharp } from './vips.ts'

function colourName(meta: Metadata): string {
  const named: Record<string, string> = {
    srgb: 'RGB',
    rgb: 'RGB',
    rgb16: 'RGB',
    'b-w': 'grey',
    grey16: 'grey',
    cmyk: 'CMYK',
  }
  return (named[meta.space] ?? meta.space) + (meta.isPalette ? ', palette' : '') + (meta.hasAlpha ? ', alpha' : '')
}

/** Bits per sample as stored; refuses numbers that have no fixed black and white. */
function bitDepth(meta: Metadata, label: string): number {
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort')
    throw unreadable(
      `${label} stores its pixels as ${meta.depth} numbers, whose black and white are not fixed: save it with 8 or 16 bits.`,
    )
  return meta.bitsPerSample ?? (meta.depth === 'ushort' ? 16 : 8)
}

async function pixelsOf(bytes: Uint8Array, alpha: boolean, failOn: 'warning' | 'error') {
  const upright = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn, autoOrient: true })
    .timeout({ seconds: TIMEOUT_SECONDS })
    .toColourspace('srgb')
  return (alpha ? upright.ensureAlpha() : upright.removeAlpha()).raw().toBuffer({ resolveWithObject: true })
}

type Raw = Awaited<ReturnType<typeof pixelsOf>>

/** A JPEG closed with an end mark. */
function closed(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 2)
  out.set(bytes)
  out.set([0xff, 0xd9], bytes.length)
  return out
}

/**
 * Pixels and what must be said about them. 'warning' first: a file that decodes without any complaint is what it
 * should be. Where only the decoder's warnings stand against it (a damaged part of a JPEG that still fills the
 * picture), 'error' lets it through. A JPEG that lacks nothing but its end mark, as some recorders write it, decodes
 * without complaint once it has one. What is truncated fails all three.
 */
async function decodeSteps(
  bytes: Uint8Array,
  kind: Readable,
  alpha: boolean,
): Promise<{ raw: Raw; warnings: string[] }> {
  const steps: [() => Uint8Array, 'warning' | 'error', string[]][] = [
    [() => bytes, 'warning', []],
    [() => bytes, 'error', ['the decoder found damage in the file: parts of the picture may be wrong']],
  ]
  if (kind === 'jpeg')
    steps.push([() => closed(bytes), 'warning', ['the file lacks its end mark; the picture is whole']])
  let first: unknown
  for (const [input, failOn, warnings] of steps)
    try {
      return { raw: await pixelsOf(input(), alpha, failOn), warnings }
    } catch (cause) {
      first ??= cause
      // A file made to occupy the decoder gets one chance, not three.
      if (cause instanceof Error && /timeout/i.test(cause.message)) break
    }
  throw first
}

/** Decodes JPEG, PNG, TIFF, WebP and GIF. Throws UserFacingError, or what sharp throws where it breaks its word. */
export async function throughVips(
  bytes: Uint8Array,
  kind: Exclude<Readable, 'bmp'>,
  label: string,
): Promise<{ image: Image8; facts: ImportFacts }> {
  const named = formatLabels[kind]
  let meta: Metadata
  try {
    // The header alone, without a pixel limit: checkSize can then say how large the picture claims to be.
    meta = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata()
  } catch (cause) {
    throw complaint(cause, label, named)
  }
  checkSize(meta.width, meta.height, label)
  const bits = bitDepth(meta, label)
  let decoded: Awaited<ReturnType<typeof decodeSteps>>
  try {
    decoded = await decodeSteps(bytes, kind, meta.hasAlpha)
  } catch (cause) {
    throw complaint(cause, label, named)
  }
  const { raw, warnings } = decoded
  const { info } = raw
  if (info.channels !== (meta.hasAlpha ? 4 : 3))
    throw unreadable(`${label} has a number of colour channels that is not read: save it as RGB or grey.`)
  const data = new Uint8Array(raw.data.buffer, raw.data.byteOffset, raw.data.byteLength)
  const { rgb, transparent } = meta.hasAlpha ? flattenOnBlack(data) : { rgb: data, transparent: false }

  const frames = Math.max(meta.pages ?? 1, kind === 'png' ? pngFrames(bytes) : 1)
  if (frames > 1)
    warnings.push(
      kind === 'tiff'
        ? `the file has ${frames} pages: the first is used`
        : `animated: the first of ${frames} frames is used`,
    )
  if (transparent) warnings.push(TRANSPARENCY)
  if (meta.space === 'cmyk') warnings.push('CMYK colours were converted to sRGB')
  const exif = meta.exif === undefined ? { facts: {}, damaged: false } : exifFacts(meta.exif)
  if (exif.damaged) warnings.push('the EXIF data are damaged: only a part could be read')
  const icc = meta.icc === undefined ? null : (iccDescription(meta.icc) ?? 'unnamed profile')
  const orientation =
    meta.orientation !== undefined && meta.orientation >= 1 && meta.orientation <= 8 ? meta.orientation : 1
  return {
    image: { width: info.width, height: info.height, data: rgb },
    facts: {
      format: kind,
      width: info.width,
      height: info.height,
      orientation,
      bitDepth: bits,
      colour: colourName(meta),
      icc,
      frames,
      exif: exif.facts,
      warnings,
    },
  }
}
