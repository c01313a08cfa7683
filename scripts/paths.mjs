// Where things lie in a checkout, and the one way in which the scripts speak to the person. Plain Node 20, no packages.
import { spawn } from 'node:child_process'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')
const windows = process.platform === 'win32'
/** The Node.js that the `node` package brings: scripts run on it whatever Node.js the machine has. */
export const ownNode = path.join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
/** Oldest Node.js with Node-API 10, which the database needs. */
export const oldestNode = /** @type {const} */ ([22, 14])

/** @param {string} version as in process.versions.node */
export function newEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

/** Standard error, so that standard output stays the program's own (vestige --json). */
export const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

/**
 * Runs a program to its end; a group of its own on POSIX, so that a timeout ends its children too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeoutMs?: number }} options
 * @returns {Promise<number>} exit code; 124 after a timeout, 127 where it could not be started
 */
export function run(command, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    const grouped = timeoutMs !== undefined && !windows
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', detached: grouped, ...options })
    let late = false
    const end = () => {
      try {
        if (grouped && child.pid) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It ended in the same moment.
      }
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => ((late = true), end()), timeoutMs)
    const interrupted = () => end()
    if (grouped) process.once('SIGINT', interrupted)
    const done = (/** @type {number} */ code) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupted)
      resolve(late ? 124 : code)
    }
    child.on('error', () => done(127))
    child.on('close', (code) => done(code ?? 1))
  })
}
