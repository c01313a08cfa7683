// Tells whether dist/ was built from the sources as they are now: a hash over their names and contents.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './paths.mjs'

const ROOTS = ['core', 'electron', 'renderer', 'package-lock.json', 'scripts/build.mjs']
const stampFile = path.join(root, 'dist', '.sources')

/** @returns {string} SHA-256 over everything that the build reads; tests are left out */
export function sourcesHash() {
  const hash = createHash('sha256')
  for (const name of ROOTS.flatMap(filesOf)) {
    hash.update(`${name}\0`)
    hash.update(readFileSync(path.join(root, name)))
    hash.update('\0')
  }
  return hash.digest('hex')
}

function filesOf(/** @type {string} */ name) {
  const full = path.join(root, name)
  if (!existsSync(full)) return []
  if (path.extname(name)) return [name]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
}

export const isBuilt = (/** @type {string} */ hash) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash
export const stampName = path.basename(stampFile)
