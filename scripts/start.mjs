// npm start: Vestige in Electron; without Electron in a browser window; without a display as a link to follow.
// Arguments (--store <folder>) go to the application.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromiumBrowser, hasDisplay } from './browser.mjs'
import { electronBinaryOrFetch } from './electron.mjs'
import { ownNode, root, say } from './paths.mjs'

const words = process.argv.slice(2)
const command = path.join(root, 'dist', 'core', 'cli', 'main.js')

/** Ctrl+C reaches the whole group; this process waits for its child's own end. */
process.on('SIGINT', () => {})
const ended = (/** @type {import('node:child_process').ChildProcess} */ child) =>
  new Promise((resolve) => {
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })

function inElectron(/** @type {string} */ binary) {
  // Chromium refuses its sandbox to root, and a window as root is better than none: containers, some live systems.
  const asRoot = process.getuid?.() === 0
  if (asRoot) say('Vestige: started as root, so the window runs without its sandbox. Prefer an ordinary account.')
  return ended(spawn(binary, [...(asRoot ? ['--no-sandbox'] : []), root, ...words], { stdio: 'inherit' }))
}

const asLink = () => ended(spawn(ownNode, [command, 'serve', ...words], { stdio: 'inherit' }))

/** The browser gets a profile of its own that goes with the window: no history, no extensions, no other pages. */
async function inBrowser(/** @type {string} */ browser) {
  const host = spawn(ownNode, [command, 'serve', '--json', ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const stopped = ended(host)
  const first = await Promise.race([
    new Promise((resolve) => createInterface({ input: host.stdout }).once('line', resolve)),
    stopped,
  ])
  if (typeof first !== 'string') return first
  const profile = mkdtempSync(path.join(tmpdir(), 'vestige-window-'))
  const quiet = ['--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-sync']
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const flags = [`--user-data-dir=${profile}`, ...quiet, '--disable-component-update', ...asRoot]
  say(`Vestige: opening in ${path.basename(browser)}; closing its window ends the application.`)
  const code = await ended(spawn(browser, [`--app=${JSON.parse(first).url}`, ...flags], { stdio: 'ignore' }))
  host.kill('SIGTERM')
  await stopped
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  return code
}

async function start() {
  if (!hasDisplay()) {
    say('Vestige: no display here. Open this link in a browser on this machine:')
    return asLink()
  }
  const electron = await electronBinaryOrFetch()
  if (electron) return inElectron(electron)
  const browser = chromiumBrowser()
  if (browser) return inBrowser(browser)
  say('Vestige: neither Electron nor a Chromium-family browser is installed. Open this link in the browser you have:')
  return asLink()
}
process.exitCode = Number(await start())
