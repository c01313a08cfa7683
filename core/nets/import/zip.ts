// Reads zip archives that may be hostile: bounded, nothing outside the file, every entry checked against its CRC.
import { crc32, inflateRawSync } from 'node:zlib'
import type { Fail } from './tensorFile.ts'

export interface ZipEntry {
  readonly name: string
  /** Uncompressed. @throws what `fail` throws when the bytes are not what the directory says */
  read(): Uint8Array
}
export interface ZipLimits {
  readonly entries: number
  /** Bytes of all entries, uncompressed. */
  readonly content: number
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const decoder = new TextDecoder('utf-8', { fatal: false })

/** Whether bytes begin as a zip archive does. */
export const looksLikeZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3

/**
 * The archive's entries by its central directory; stored and deflated ones. Nothing is unpacked yet.
 * @throws what `fail` throws for an archive that is damaged, encrypted, larger than its limits or than 4 GB, or whose
 *   entries overlap
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits, fail: Fail): ZipEntry[] {
  const damaged = (why: string): never => fail(`is no usable zip archive: ${why}. Save it again.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endRecord(view)
  if (end === null) return damaged('its directory is missing, so it may be cut off')
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count > limits.entries) damaged(`it has more than ${limits.entries} entries`)
  const entries: ZipEntry[] = []
  const spans: [number, number][] = []
  let content = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) return damaged('its directory is damaged')
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)]
    const crc = view.getUint32(at + 16, true)
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ]
    const local = view.getUint32(at + 42, true)
    const next = at + 46 + nameLength + extra + comment
    if (next > end) return damaged('its directory is damaged')
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength))
    at = next
    if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff) damaged('it is larger than 4 GB')
    if (flags & 1) damaged('it is encrypted')
    if (method !== 0 && method !== 8) damaged('it is packed in a way other than deflate')
    content += size
    if (content > limits.content) damaged(`its content is larger than ${limits.content} bytes`)
    if (local + 30 > end || view.getUint32(local, true) !== LOCAL) return damaged(`its entry "${name}" is missing`)
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    if (start + packed > end) return damaged(`its entry "${name}" is cut off`)
    spans.push([local, start + packed])
    const body = bytes.subarray(start, start + packed)
    entries.push({
      name,
      read() {
        const data = method === 0 ? body : inflated(body, size)
        if (data?.length !== size || crc32(data) !== crc) return damaged(`its entry "${name}" is damaged`)
        return data
      },
    })
  }
  spans.sort((a, b) => a[0] - b[0])
  if (spans.some(([begin], i) => i > 0 && begin < spans[i - 1]![1])) damaged('its entries overlap')
  return entries
}

/** The end record is the last thing in the file but for a comment of up to 65,535 bytes. */
function endRecord(view: DataView): number | null {
  const last = view.byteLength - 22
  for (let at = last; at >= Math.max(0, last - 0xffff); at--)
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at
  return null
}

function inflated(body: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, size) })
  } catch {
    return null
  }
}
