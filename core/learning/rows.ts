// Rows of numbers on disk that are computed once and read many times: a file is complete, or not there under its name.
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import { fromHalf, toHalf } from '../nets/half.ts'

export type Numbers = 'float32' | 'float16'

export interface Rows {
  /** A copy of one row. */
  read(i: number): Float32Array
  close(): void
}
export interface RowsRequest {
  readonly folder: string
  /** Says what the rows follow from, by its hash: other rows have another name. */
  readonly key: string
  readonly count: number
  /** Numbers of a row. */
  readonly length: number
  readonly numbers?: Numbers
  /** The rows from .. to-1, one after another. */
  readonly make: (from: number, to: number) => Promise<Float32Array>
  readonly signal: AbortSignal
  readonly progress?: (done: number, total: number) => void
}

/** Rows that are made and written at a time; an interrupted file goes on at a multiple of it. */
const BLOCK = 64
/** All such files of a folder together; and at most half of what the disk has free. */
const MOST_BYTES = 64 * 2 ** 30
const KIND = /^answers-[0-9a-f]+\.f(32|16)$/

/**
 * Opens the rows of that key, made where they are not there; one that was interrupted is gone on with.
 * @returns null where the disk has no room for them
 * @throws the signal's reason when cancelled, and what `make` throws
 */
export async function rememberedRows(request: RowsRequest): Promise<Rows | null> {
  const { folder, key, count, length, numbers = 'float32' } = request
  const stem = `answers-${key}`
  const file = path.join(folder, `${stem}.${numbers === 'float32' ? 'f32' : 'f16'}`)
  const rowBytes = length * (numbers === 'float32' ? 4 : 2)
  if (!existsSync(file) || statSync(file).size !== count * rowBytes) {
    if (!makeRoom(folder, count * rowBytes)) return null
    const part = adopted(folder, path.basename(file))
    await fill(part, rowBytes, request, numbers)
    renameSync(part, file)
  }
  const now = new Date()
  utimesSync(file, now, now)
  return opened(file, rowBytes, numbers)
}

async function fill(part: string, rowBytes: number, request: RowsRequest, numbers: Numbers): Promise<void> {
  const { count, length, make, signal, progress } = request
  const handle = openSync(part, existsSync(part) ? 'r+' : 'w+')
  try {
    let done = Math.min(count, Math.floor(fstatSync(handle).size / rowBytes / BLOCK) * BLOCK)
    ftruncateSync(handle, done * rowBytes)
    while (done < count) {
      signal.throwIfAborted()
      progress?.(done, count)
      const to = Math.min(count, done + BLOCK)
      const rows = await make(done, to)
      if (rows.length !== (to - done) * length) throw new Error(`${to - done} rows of ${length} were to be made`)
      writeAll(handle, packed(rows, numbers), done * rowBytes)
      done = to
    }
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function opened(file: string, rowBytes: number, numbers: Numbers): Rows {
  const handle = openSync(file, 'r')
  return {
    read(i) {
      const bytes = new Uint8Array(rowBytes)
      for (let done = 0; done < rowBytes;) {
        const got = readSync(handle, bytes, done, rowBytes - done, i * rowBytes + done)
        if (got === 0) throw new UserFacingError('integrity', `"${file}" has become shorter; delete it.`)
        done += got
      }
      return numbers === 'float32' ? new Float32Array(bytes.buffer) : unpacked(new Uint16Array(bytes.buffer))
    },
    close: () => closeSync(handle),
  }
}

function writeAll(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, at + done)
}

function packed(rows: Float32Array, numbers: Numbers): Uint8Array {
  if (numbers === 'float32') return new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
  const halves = new Uint16Array(rows.length)
  for (let i = 0; i < rows.length; i++) halves[i] = toHalf(rows[i]!)
  return new Uint8Array(halves.buffer)
}

let table: Float32Array | undefined
function unpacked(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => fromHalf(bits))
  const out = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!
  return out
}

/** The file that this process writes to: its own, or one that a process which is no more has left. */
function adopted(folder: string, name: string): string {
  const own = path.join(folder, `${name}.${process.pid}.part`)
  for (const other of readdirSync(folder)) {
    const [, pid] = other.startsWith(`${name}.`) ? (/\.(\d+)\.part$/.exec(other) ?? []) : []
    if (pid === undefined || Number(pid) === process.pid || isRunning(Number(pid))) continue
    renameSync(path.join(folder, other), own)
    break
  }
  return own
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes what was not used for the longest time until there is room. @returns false where there is none even so */
function makeRoom(folder: string, bytes: number): boolean {
  const kept = readdirSync(folder)
    .filter((name) => KIND.test(name))
    .map((name) => {
      const { size, mtimeMs } = statSync(path.join(folder, name))
      return { name, size, mtimeMs }
    })
    .toSorted((a, b) => a.mtimeMs - b.mtimeMs)
  const { bavail, bsize } = statfsSync(folder)
  let used = kept.reduce((sum, { size }) => sum + size, 0)
  const most = Math.min(MOST_BYTES, used + (bavail * bsize) / 2)
  if (bytes > most) return false
  for (const { name, size } of kept) {
    if (used + bytes <= most) break
    rmSync(path.join(folder, name), { force: true })
    used -= size
  }
  return true
}
