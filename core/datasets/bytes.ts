// Reads a pack from its file piece by piece, with every read checked against the file's end.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { UserFacingError } from '../contract/errors.ts'

export interface ByteFile {
  readonly length: number
  /** Exactly `count` bytes from `offset`; throws 'unreadable-file' beyond the end. */
  read(offset: number, count: number): Buffer
  close(): void
}

export const damaged = (name: string, what: string): UserFacingError =>
  new UserFacingError('unreadable-file', `"${name}" is not a pack that is read: ${what}. Get another copy.`, {
    subject: name,
  })

export function openBytes(path: string, name: string): ByteFile {
  const handle = openSync(path, 'r')
  const length = fstatSync(handle).size
  return {
    length,
    read(offset, count) {
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(count) || offset < 0 || count < 0)
        throw damaged(name, 'a length in it is out of range')
      if (offset + count > length) throw damaged(name, 'it ends too early')
      const out = Buffer.allocUnsafe(count)
      for (let done = 0; done < count;) {
        const got = readSync(handle, out, done, count - done, offset + done)
        if (got === 0) throw damaged(name, 'it ends too early')
        done += got
      }
      return out
    },
    close: () => closeSync(handle),
  }
}

/** Reads forward, through a window, so that many small reads cost few calls. */
export class Cursor {
  at: number
  readonly #file: ByteFile
  #window: Buffer = Buffer.alloc(0)
  #from = 0
  constructor(file: ByteFile, at = 0) {
    this.#file = file
    this.at = at
  }
  /** The next `count` bytes (at most a window of 64 KB). */
  take(count: number): Buffer {
    if (this.at < this.#from || this.at + count > this.#from + this.#window.length) {
      this.#from = this.at
      this.#window = this.#file.read(this.at, Math.max(count, Math.min(65_536, this.#file.length - this.at)))
    }
    const start = this.at - this.#from
    this.at += count
    return this.#window.subarray(start, start + count)
  }
  skip(count: number): void {
    this.#file.read(this.at + count, 0)
    this.at += count
  }
}
