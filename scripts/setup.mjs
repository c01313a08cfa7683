// Makes a checkout ready: installs packages and builds dist/, each only when missing or stale. Runs before npm start,
// npm test and vestige, on whatever Node.js the machine has (20 or newer), so it needs no package itself.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { newEnough, oldestNode, ownNode, root, run, say } from './paths.mjs'
import { isBuilt, sourcesHash } from './sources.mjs'

const INSTALL_TIMEOUT_MS = 15 * 60_000

/** True when what npm installed last is what package-lock.json asks for; optional packages may be absent. */
function isInstalled() {
  const hidden = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden) || !existsSync(ownNode)) return false
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8')).packages
  const [wanted, present] = [read(path.join(root, 'package-lock.json')), read(hidden)]
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || entry.devOptional || present[name]?.version === entry.version,
  )
}

async function install() {
  say('Vestige: installing packages; this takes about a minute, once.')
  // The machine's own npm and Node.js: node_modules/.bin/node is about to be replaced.
  const PATH = (process.env.PATH ?? process.env.Path ?? '')
    .split(path.delimiter)
    .filter((dir) => !dir.split(/[\\/]/).includes('node_modules'))
    .join(path.delimiter)
  /** @type {import('node:child_process').SpawnOptions & { timeoutMs: number }} */
  const options = {
    env: { ...process.env, PATH },
    shell: process.platform === 'win32',
    timeoutMs: INSTALL_TIMEOUT_MS,
    // Standard output belongs to the program that runs after this one.
    stdio: ['ignore', 2, 2],
  }
  // Twice: the download of Node.js inside its own package was seen to hang once.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const code = await run('npm', ['ci', '--loglevel=error'], options)
    if (code === 0 && ownNodeWorks()) return true
    if (attempt === 1) say(`Vestige: the installation did not finish (npm ci: ${code}); trying once more.`)
  }
  say(
    `Vestige: the packages could not be installed. What is needed: the npm registry, and Node.js ${oldestNode.join('.')}, ` +
      'which the package named "node" brings. Run "npm ci" to see what npm says.',
  )
  return false
}

function ownNodeWorks() {
  const { stdout } = spawnSync(ownNode, ['--version'], { encoding: 'utf8' })
  return newEnough((stdout ?? '').trim().replace(/^v/, ''))
}

async function build() {
  const hash = sourcesHash()
  if (isBuilt(hash)) return true
  say('Vestige: building.')
  return (await run(ownNode, [path.join(root, 'scripts', 'build.mjs'), hash], { stdio: ['ignore', 2, 2] })) === 0
}

const ready = (isInstalled() || (await install())) && (process.argv.includes('--install-only') || (await build()))
process.exitCode = ready ? 0 : 1
