// The provenance of a displayed image: what it is, frozen together with its pixels, and how a caption tells it.
import type { Box } from '../../../core/contract/common.ts'

export interface ImageRecord {
  /** What the person calls it: "Probe 3", "Rank 1 · Ada". */
  readonly title: string
  /** File of the original the pixels come from. */
  readonly file: string
  readonly sha256: string | null
  /** Part of the oriented original in native pixels; null where it was not told. */
  readonly region: Box | null
  /** Size of the face in native pixels, where there is one face. */
  readonly face: { readonly width: number; readonly height: number } | null
  readonly kind: 'native' | 'bicubic' | 'aligned' | 'reduced' | 'input' | 'synthetic'
  /** Pixels delivered per pixel of the original; null where it was not told. */
  readonly scale: number | null
  /** Package whose pixel contract made an aligned chip, or that made a face up. */
  readonly model: { readonly name: string; readonly sha256: string } | null
}
/** How the delivered pixels were put on the screen. */
export interface Shown {
  /** Device pixels per delivered pixel. */
  readonly enlarged: number
  /** Device pixels per pixel of the original; null where the original's pixels are not on the screen (aligned chips). */
  readonly perNative: number | null
  readonly smoothed: boolean
  readonly turned: boolean
}

export const imageRecord = (record: ImageRecord): ImageRecord =>
  Object.freeze({ ...record, region: record.region && Object.freeze({ ...record.region }) })

/** A magnification as people say it: ×12, ×0.35. */
export const times = (scale: number): string =>
  `×${Math.abs(scale - Math.round(scale)) < 1e-3 ? Math.round(scale) : scale.toPrecision(scale < 1 ? 2 : 3)}`
const figure = (value: number): string => String(Math.round(value * 100) / 100)
const tenth = (value: number): string => String(Math.round(value * 10) / 10)
/** "face 18 × 22 px", or nothing. */
export const faceText = ({ face }: ImageRecord): string =>
  face ? `face ${tenth(face.width)} × ${tenth(face.height)} px` : ''
export const shortHash = (sha256: string): string => `${sha256.slice(0, 8)}…`

const EVEN = 1e-3
/** "shown ×12, nearest": what stands between the original's pixels and the eye. */
export function shownAs(record: ImageRecord, shown: Shown): string {
  if (record.kind === 'aligned') return `aligned chip, shown ${times(shown.enlarged)}, ${sampler(shown)}`
  const factor = shown.perNative ?? shown.enlarged
  if (record.kind === 'synthetic') return `made up, shown ${times(factor)}`
  if (record.kind === 'input') return `shown ${times(factor)}`
  if (record.kind === 'bicubic') {
    const again = Math.abs(shown.enlarged - 1) < EVEN ? '' : `, of which ${times(shown.enlarged)} by the screen`
    return `shown ${times(factor)}, bicubic${again}`
  }
  const turned = shown.turned ? ', turned onto the eyes' : ''
  return `shown ${times(factor)}, ${sampler(shown)}${turned}`
}
const sampler = ({ enlarged, smoothed }: Shown) =>
  Math.abs(enlarged - 1) < EVEN ? 'pixel for pixel' : smoothed ? 'smoothed by the screen' : 'nearest'

export const regionText = ({ x, y, width, height }: Box): string =>
  `${figure(width)} × ${figure(height)} px at (${figure(x)}, ${figure(y)})`

const KINDS: Record<ImageRecord['kind'], string> = {
  native: 'pixels of the original, unchanged',
  bicubic: 'bicubic (a = −0.5, as Pillow)',
  aligned: 'aligned by five points, bilinear warp: what the recogniser saw',
  reduced: 'reduced for the screen',
  input: 'the network’s input: turned upright, bicubic (a = −0.5, as Pillow)',
  synthetic: 'made up by a network: synthetic, not evidence',
}
/** The whole record as terms and values, for the panel behind a caption. */
export function recordLines(record: ImageRecord, shown: Shown): [string, string][] {
  const own = ['aligned', 'input', 'synthetic'].includes(record.kind)
  const factor = record.scale === null || own ? '' : ` ${times(record.scale)}`
  const lines: [string, string | null][] = [
    ['Image', record.title],
    ['Original', record.file],
    ['SHA-256', record.sha256],
    ['Face', faceText(record).replace('face ', '') || null],
    ['Region', record.region && regionText(record.region)],
    ['Pixels', KINDS[record.kind] + (record.kind === 'native' ? '' : factor)],
    ['Model', record.model && `${record.model.name} (${shortHash(record.model.sha256)})`],
    ['On screen', `${shownAs(record, shown)}; device pixels`],
  ]
  return lines.filter((line): line is [string, string] => line[1] !== null)
}
