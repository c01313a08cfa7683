// Small faces on disk for tests of datasets: every one a picture of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { encodePng } from '../images/encode.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'

/** Coarse random blocks: distinct for every seed, also as a thumbnail. */
export function blocks(seed: number, size = 16): Image8 {
  const draw = random(seed)
  const cells = Array.from({ length: 64 * 3 }, () => draw.below(256))
  const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const x = Math.floor((((Math.floor(i / 3) % size) * 8) / size) | 0)
    const y = Math.floor((Math.floor(i / 3 / size) * 8) / size)
    return cells[(y * 8 + x) * 3 + (i % 3)]!
  })
  return { width: size, height: size, data }
}

/** A folder that is gone after the test. */
export function temporary(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-datasets-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Writes PNG faces (or, where a string or bytes are given, those) below a folder. */
export async function put(root: string, files: Readonly<Record<string, Image8 | string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, ...name.split('/'))
    mkdirSync(path.dirname(file), { recursive: true })
    const bytes =
      typeof content === 'string' || content instanceof Uint8Array ? content : Buffer.from(await encodePng(content))
    writeFileSync(file, bytes)
  }
}
