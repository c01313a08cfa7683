// Finds Electron's binary, or fetches it once. Never by require('electron'): that alone starts a download.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ownNode, root, say } from './paths.mjs'

const folder = path.join(root, 'node_modules', 'electron')
/** @type {Record<string, string>} */
const NAMES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
/** Beside the package, so that a new version of it is tried afresh. */
const failedFile = path.join(folder, '.vestige-not-fetched')
const FORGET_FAILURE_MS = 24 * 3600_000
/** Give up when this long nothing arrives; a slow download that goes on is not cut off. */
const SILENCE_MS = 20_000

/** @returns {string | undefined} absolute path of the binary, where it is there */
export function electronBinary() {
  const pathFile = path.join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : (NAMES[process.platform] ?? 'electron')
  const file = path.join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(folder, 'dist'), name)
  return existsSync(file) ? file : undefined
}

/**
 * The binary, fetched when it is missing; a failure is remembered for a day so that the next start does not wait.
 * @returns {Promise<string | undefined>}
 */
export async function electronBinaryOrFetch() {
  const installer = path.join(folder, 'install.js')
  const present = electronBinary()
  if (present || process.env.ELECTRON_OVERRIDE_DIST_PATH || !existsSync(installer) || failedLately()) return present
  say('Vestige: fetching Electron (about 110 MB, once). Without it the workstation opens in a browser.')
  await fetchElectron(installer)
  const fetched = electronBinary()
  if (!fetched) {
    writeFileSync(failedFile, new Date().toISOString())
    say('Vestige: Electron cannot be fetched from here; "npx install-electron" tries again.')
  }
  return fetched
}

const failedLately = () => existsSync(failedFile) && Date.now() - statSync(failedFile).mtimeMs < FORGET_FAILURE_MS

/** Ends when the installer does, or when its folder for partial downloads has not grown for SILENCE_MS. */
function fetchElectron(/** @type {string} */ installer) {
  const partial = mkdtempSync(path.join(tmpdir(), 'vestige-electron-'))
  const env = { ...process.env, TMPDIR: partial, TEMP: partial, TMP: partial }
  const child = spawn(ownNode, [installer], { cwd: root, env, stdio: 'ignore' })
  let [size, heard] = [0, Date.now()]
  const watch = setInterval(() => {
    const now = sizeOf(partial)
    if (now !== size) [size, heard] = [now, Date.now()]
    else if (Date.now() - heard > SILENCE_MS) child.kill('SIGKILL')
  }, 500)
  return new Promise((resolve) => {
    const done = () => {
      clearInterval(watch)
      rmSync(partial, { recursive: true, force: true })
      resolve(undefined)
    }
    child.on('error', done)
    child.on('close', done)
  })
}

function sizeOf(/** @type {string} */ dir) {
  let bytes = 0
  for (const entry of readdirSync(dir, { recursive: true })) {
    const facts = statSync(path.join(dir, String(entry)), { throwIfNoEntry: false })
    bytes += facts?.isFile() ? facts.size : 0
  }
  return bytes
}
