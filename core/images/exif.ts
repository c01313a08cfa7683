// Turns a camera's EXIF block into printable facts for the record. It comes from outside: it may say anything.
import tags from 'exif-reader/tags.js'

const MOST_ENTRIES = 300
const MOST_VALUES = 32
const LONGEST_VALUE = 500

/** Bytes per value of the TIFF field types 1..10 (TIFF 6.0, p. 15-16). */
const sizes = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8]
const EXIF_TAG = 0x8769
const GPS_TAG = 0x8825

const printable = (text: string): string =>
  text
    .replace(/\0[^]*$/, '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
    .trim()
    .slice(0, LONGEST_VALUE)

function text(bytes: Uint8Array): string {
  try {
    return printable(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return printable(new TextDecoder('latin1').decode(bytes))
  }
}

/** Opaque bytes: short printable ones (ExifVersion "0232") as text, others by their number. */
function opaque(bytes: Uint8Array): string {
  return bytes.length <= 16 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
    ? text(bytes)
    : `${bytes.length} bytes`
}

const rounded = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(12))) : '?')

/** One field as text, or null where its bytes lie outside the block. Reads at most MOST_VALUES values of it. */
function fieldValue(view: DataView, little: boolean, type: number, count: number, at: number): string | null {
  const size = sizes[type - 1]
  if (size === undefined || count === 0 || at + size * count > view.byteLength) return null
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(size * count, 2000))
  if (type === 2) return text(bytes)
  if (type === 7) return count <= 16 ? opaque(bytes) : `${count} bytes`
  const read = [
    (p: number) => view.getUint8(p),
    () => 0,
    (p: number) => view.getUint16(p, little),
    (p: number) => view.getUint32(p, little),
    (p: number) => view.getUint32(p, little) / view.getUint32(p + 4, little),
    (p: number) => view.getInt8(p),
    () => 0,
    (p: number) => view.getInt16(p, little),
    (p: number) => view.getInt32(p, little),
    (p: number) => view.getInt32(p, little) / view.getInt32(p + 4, little),
  ][type - 1]!
  const shown = Array.from({ length: Math.min(count, MOST_VALUES) }, (_, k) => rounded(read(at + k * size)))
  return shown.join(', ') + (count > MOST_VALUES ? ', …' : '')
}

/**
 * Tag name → printable value: the main, Exif and GPS directories, at most 300 entries, 32 numbers or 500 characters
 * each; thumbnails and maker notes only by their size. `damaged` where a directory or a value lies outside the block;
 * what could be read is given all the same. Never throws, never loops: each directory is read once.
 * Source: TIFF 6.0, section 2; CIPA DC-008 (Exif 2.32), section 4.6. Tag names: exif-reader's table.
 */
export function exifFacts(block: Uint8Array): { facts: Record<string, string>; damaged: boolean } {
  const facts = new Map<string, string>()
  let damaged = false
  const start = text(block.subarray(0, 4)) === 'Exif' ? 6 : 0
  const tiff = block.subarray(start)
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const order = text(tiff.subarray(0, 2))
  const little = order === 'II'
  if (tiff.length < 8 || (!little && order !== 'MM') || view.getUint16(2, little) !== 42)
    return { facts: {}, damaged: true }

  const directory = (at: number, names: Record<number, string>): Map<number, number> => {
    const pointers = new Map<number, number>()
    if (at < 8 || at + 2 > view.byteLength) {
      damaged = true
      return pointers
    }
    const entries = view.getUint16(at, little)
    for (let k = 0; k < entries && facts.size < MOST_ENTRIES; k++) {
      const entry = at + 2 + k * 12
      if (entry + 12 > view.byteLength) {
        damaged = true
        break
      }
      const tag = view.getUint16(entry, little)
      const type = view.getUint16(entry + 2, little)
      const count = view.getUint32(entry + 4, little)
      if (tag === EXIF_TAG || tag === GPS_TAG) {
        pointers.set(tag, view.getUint32(entry + 8, little))
        continue
      }
      const size = sizes[type - 1]
      if (size === undefined) continue
      const inline = size * count <= 4
      const shown = fieldValue(view, little, type, count, inline ? entry + 8 : view.getUint32(entry + 8, little))
      if (shown === null) damaged ||= count > 0
      else if (shown !== '') facts.set(names[tag] ?? `Tag${tag}`, shown)
    }
    return pointers
  }
  const pointers = directory(view.getUint32(4, little), tags.Image)
  for (const [tag, names] of [
    [EXIF_TAG, tags.Photo],
    [GPS_TAG, tags.GPSInfo],
  ] as const) {
    const at = pointers.get(tag)
    if (at !== undefined) directory(at, names)
  }
  return { facts: Object.fromEntries(facts), damaged }
}
