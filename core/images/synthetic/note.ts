// What a made-up face's PNG says of itself in text chunks (PNG, third edition, 11.3.3), written and read.
import { crc32 } from 'node:zlib'

export interface SyntheticNote {
  /** Hash of the package that made the face up. */
  readonly model: string
  readonly probe: number
  readonly seed: number
  readonly part: string
  readonly index: number
}
/** Keyword of the chunk by which a made-up face is known. */
const KEYWORD = 'Vestige-Synthetic'
const SENTENCE =
  'This face is synthetic: a network made it up. It is no picture of a person, no evidence, and must not be searched with.'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([latin1(type), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
const textChunk = (keyword: string, text: string): Buffer =>
  chunk('tEXt', Buffer.concat([latin1(keyword), Buffer.of(0), latin1(text)]))

/** End of the header chunk, which comes first in every PNG. */
const AFTER_HEADER = 8 + 25

/** The PNG with the note and its sentence in it. @param software name and version of the program */
export function withNote(png: Uint8Array, software: string, note: SyntheticNote): Uint8Array {
  const { model, probe, seed, part, index } = note
  return new Uint8Array(
    Buffer.concat([
      png.subarray(0, AFTER_HEADER),
      textChunk('Software', software),
      textChunk('Comment', SENTENCE),
      textChunk(KEYWORD, JSON.stringify({ model, probe, seed, part, index })),
      png.subarray(AFTER_HEADER),
    ]),
  )
}

/** Chunks and bytes of text that are looked at in a file from outside. */
const MOST_CHUNKS = 10_000
const MOST_TEXT = 4096

/**
 * Whether a file is a PNG that says of itself to be synthetic. Text of another program that only quotes the keyword
 * counts as well: better one refusal too many. Never throws.
 * @returns what it says, with `note` null where that is not in this program's form; null where it says nothing
 */
export function syntheticNote(bytes: Uint8Array): { readonly note: SyntheticNote | null } | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < AFTER_HEADER || file.readUInt32BE(0) !== 0x89504e47) return null
  for (let at = 8, chunks = 0; at + 12 <= file.length && chunks < MOST_CHUNKS; chunks++) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === 'tEXt' || type === 'iTXt') {
      const text = file.toString('latin1', at + 8, Math.min(at + 8 + Math.min(length, MOST_TEXT), file.length))
      if (text.startsWith(`${KEYWORD}\0`)) return { note: parsed(text.slice(text.lastIndexOf('\0') + 1)) }
    }
    at += 12 + length
  }
  return null
}

function parsed(text: string): SyntheticNote | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const { model, probe, seed, part, index } = (value ?? {}) as Record<string, unknown>
  const numbers = [probe, seed, index].every((n) => typeof n === 'number' && Number.isSafeInteger(n))
  if (typeof model !== 'string' || !/^[0-9a-f]{64}$/.test(model) || typeof part !== 'string' || !numbers) return null
  return { model, probe, seed, part: part.slice(0, 40), index } as SyntheticNote
}
