// Finds the members of a zip archive by its central directory; nothing is unpacked to the disk.
import { inflateRawSync } from 'node:zlib'
import { UserFacingError } from '../contract/errors.ts'
import { damaged, type ByteFile } from './bytes.ts'

export interface Member {
  readonly name: string
  /** Unpacked. */
  readonly length: number
  /** Bytes `from` to `from + count` of the unpacked member. A stored member is read from the file as asked for. */
  read(from: number, count: number): Buffer
}

const MAX_MEMBERS = 1000
const MAX_DIRECTORY = 16 * 1024 * 1024
/** An unpacked member is held in memory. */
const MAX_INFLATED = 1024 ** 3

/** @see PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3 (Zip64) @throws UserFacingError 'unreadable-file' */
export function readZip(file: ByteFile, name: string): Member[] {
  const { start, size, count } = findDirectory(file, name)
  if (count > MAX_MEMBERS || size > MAX_DIRECTORY) throw damaged(name, 'it has too many members')
  const directory = file.read(start, size)
  const members: Member[] = []
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > size || directory.readUInt32LE(at) !== 0x02014b50) throw damaged(name, 'its directory is damaged')
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => directory.readUInt16LE(at + o)) as [
      number,
      number,
      number,
    ]
    if (at + 46 + nameLength + extra > size) throw damaged(name, 'its directory is damaged')
    const fields = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extra)
    const [length, packed, offset] = wideNumbers(
      [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)],
      fields,
      name,
    )
    members.push(
      memberOf(file, name, {
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
        encrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
        method: directory.readUInt16LE(at + 10),
        length,
        packed,
        offset,
      }),
    )
    at += 46 + nameLength + extra + comment
  }
  return members
}

/** Place and size of the central directory. */
function findDirectory(file: ByteFile, name: string): { start: number; size: number; count: number } {
  const tail = file.read(Math.max(0, file.length - 65_557), Math.min(file.length, 65_557))
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > tail.length) throw damaged(name, 'it is no zip archive, or ends too early')
  const short = {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    start: tail.readUInt32LE(end + 16),
  }
  if (short.count !== 0xffff && short.size !== 0xffffffff && short.start !== 0xffffffff) return short
  if (end < 20 || tail.readUInt32LE(end - 20) !== 0x07064b50) throw damaged(name, 'its directory is damaged')
  const wide = file.read(Number(tail.readBigUInt64LE(end - 12)), 56)
  if (wide.readUInt32LE(0) !== 0x06064b50) throw damaged(name, 'its directory is damaged')
  const [count, size, start] = [32, 40, 48].map((o) => Number(wide.readBigUInt64LE(o))) as [number, number, number]
  return { start, size, count }
}

/** Replaces each number that is all ones by the next one of the Zip64 extra field. */
function wideNumbers(short: readonly number[], extra: Buffer, name: string): [number, number, number] {
  const wide: number[] = []
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)]
    if (id === 1)
      for (let o = at + 4; o + 8 <= Math.min(extra.length, at + 4 + length); o += 8)
        wide.push(Number(extra.readBigUInt64LE(o)))
    at += 4 + length
  }
  return short.map((value) => {
    if (value !== 0xffffffff) return value
    const next = wide.shift()
    if (next === undefined) throw damaged(name, 'its directory is damaged')
    return next
  }) as [number, number, number]
}

interface Entry {
  readonly name: string
  readonly encrypted: boolean
  readonly method: number
  readonly length: number
  readonly packed: number
  readonly offset: number
}

function memberOf(file: ByteFile, archive: string, entry: Entry): Member {
  const { name, method, length, packed, offset } = entry
  const begin = (): number => {
    if (entry.encrypted || (method !== 0 && method !== 8))
      throw damaged(archive, `${JSON.stringify(name.slice(0, 80))} in it is packed in a way that is not read`)
    const head = file.read(offset, 30)
    if (head.readUInt32LE(0) !== 0x04034b50) throw damaged(archive, 'a member of it is not where it should be')
    return offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  }
  let unpacked: Buffer | undefined
  const inflate = (): Buffer => {
    if (length > MAX_INFLATED)
      throw new UserFacingError(
        'too-large',
        `"${archive}" unpacks to more than 1 GB; save it without compression (numpy.savez).`,
        { subject: archive },
      )
    try {
      const out = inflateRawSync(file.read(begin(), packed), { maxOutputLength: Math.max(1, length) })
      if (out.length === length) return out
    } catch (cause) {
      if (cause instanceof UserFacingError) throw cause
    }
    throw damaged(archive, `${JSON.stringify(name.slice(0, 80))} in it is damaged`)
  }
  return {
    name,
    length,
    read(from, count) {
      if (from < 0 || count < 0 || from + count > length) throw damaged(archive, 'a member of it ends too early')
      if (method !== 8) return file.read(begin() + from, count)
      unpacked ??= inflate()
      return unpacked.subarray(from, from + count)
    },
  }
}
