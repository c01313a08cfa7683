// Reads NumPy arrays of the few kinds that packs of faces hold.
import { damaged } from './bytes.ts'
import type { Member } from './zip.ts'

export interface NpyArray {
  readonly shape: readonly number[]
  /** NumPy's letter and item size: `u1`, `i8`, `b1`, `U12`, `S12` … */
  readonly type: string
  readonly itemSize: number
  /** Items `from` to `from + count`, as stored. */
  items(from: number, count: number): Buffer
}

const MAX_HEADER = 65_536

/**
 * Format versions 1 to 3, C order, little-endian or single bytes. Python objects are refused.
 * Source: numpy.lib.format. @throws UserFacingError 'unreadable-file'
 */
export function readNpy(member: Member, archive: string): NpyArray {
  const wrong = (what: string): Error => damaged(archive, `${JSON.stringify(member.name.slice(0, 80))}: ${what}`)
  const start = member.read(0, Math.min(12, member.length))
  if (start.length < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY') throw wrong('no NumPy array')
  const wide = start[6]! >= 2
  const headerLength = wide ? start.readUInt32LE(8) : start.readUInt16LE(8)
  if (headerLength > MAX_HEADER) throw wrong('its header is too long')
  const begin = (wide ? 12 : 10) + headerLength
  const header = member.read(wide ? 12 : 10, headerLength).toString('latin1')
  const type = /'descr':\s*'[<|=]?([a-zA-Z]\d+)'/.exec(header)?.[1]
  const dims = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1]
  if (type === undefined || dims === undefined || !/'fortran_order':\s*False/.test(header))
    throw wrong('an array of a kind that is not read (Python objects, other byte or axis order)')
  const shape = dims
    .split(',')
    .filter((d) => d.trim() !== '')
    .map(Number)
  const itemSize = Number(type.slice(1)) * (type.startsWith('U') ? 4 : 1)
  const total = shape.reduce((a, b) => a * b, 1)
  if (!Number.isSafeInteger(total * itemSize) || begin + total * itemSize > member.length)
    throw wrong('it ends too early')
  return {
    shape,
    type,
    itemSize,
    items(from, count) {
      if (from < 0 || count < 0 || from + count > total) throw wrong('it ends too early')
      return member.read(begin + from * itemSize, count * itemSize)
    },
  }
}

/** The items of a one-dimensional array of whole numbers, booleans or strings, as text; null for other kinds. */
export function textItems(array: NpyArray): string[] | null {
  const [count, more] = array.shape
  const kind = array.type[0]!
  if (count === undefined || more !== undefined || !'iubUS'.includes(kind)) return null
  if (array.itemSize < 1 || array.itemSize > 4096 || ('iub'.includes(kind) && array.itemSize > 8)) return null
  const bytes = array.items(0, count)
  return Array.from({ length: count }, (_, i) => {
    const item = bytes.subarray(i * array.itemSize, (i + 1) * array.itemSize)
    if (kind === 'S') return item.toString('utf8').replace(/\0+$/, '').normalize('NFC')
    if (kind === 'U') return fromUtf32(item).normalize('NFC')
    const negative = kind === 'i' && (item.at(-1)! & 0x80) !== 0
    const unsigned = item.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    return String(negative ? unsigned - (1n << BigInt(8 * array.itemSize)) : unsigned)
  })
}

function fromUtf32(item: Buffer): string {
  let out = ''
  for (let at = 0; at + 4 <= item.length; at += 4) {
    const code = item.readUInt32LE(at)
    if (code === 0) break
    out += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  }
  return out
}
