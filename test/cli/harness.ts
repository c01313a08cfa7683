// Runs the vestige command as a user does, in a process of its own, on a store of its own.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { appRoot } from '../../core/base/root.ts'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** stdout as JSON; throws where it is not exactly one value. */
  json<T = Record<string, unknown>>(): T
}

export async function vestige(...words: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(appRoot, 'bin', 'vestige.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  return { code, out, err, json: <T>() => JSON.parse(out) as T }
}

/** A temporary folder that is gone when the work is done. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestige-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A group photograph that a dependency carries (real faces, free to use), made small so that tests stay quick. */
export async function photograph(n: 1 | 2 | 3 | 4 | 5 | 6, width = 480): Promise<Buffer> {
  const file = path.join(appRoot, 'node_modules', '@vladmandic', 'face-api', 'demo', `sample${n}.jpg`)
  return sharp(file).resize(width).jpeg({ quality: 95 }).toBuffer()
}
