// Which case store this start is about, and where Chromium keeps what belongs to its window.
import path from 'node:path'
import { defaultStore } from '../core/cli/arguments.ts'
import { sha256 } from '../core/base/sha256.ts'

/** The folder after --store (or in --store=<folder>); otherwise the same one as the command line's. */
export function storeFolder(words: readonly string[]): string {
  const at = words.indexOf('--store')
  const given = at >= 0 ? words[at + 1] : words.find((word) => word.startsWith('--store='))?.slice('--store='.length)
  return given ? path.resolve(given) : defaultStore()
}

/** A folder of its own per store: Electron allows one instance per folder, Vestige one per store. */
export const instanceFolder = (userData: string, store: string): string =>
  path.join(userData, 'windows', sha256(store).slice(0, 16))
