// The checks that need no running code: types, components, lint with the floor rule, format.
import path from 'node:path'
import { spawn } from 'node:child_process'
import { ownNode, root } from './paths.mjs'

const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', name)
const cache = path.join(root, 'node_modules', '.cache')
/** Name, script and arguments of each. @type {[name: string, script: string, ...args: string[]][]} */
const CHECKS = [
  ['types', bin('typescript/bin/tsc'), '-p', '.', '--pretty'],
  ['components', bin('svelte-check/bin/svelte-check'), '--tsconfig', './renderer/tsconfig.json', '--fail-on-warnings'],
  ['lint', bin('eslint/bin/eslint.js'), '.', '--max-warnings=0', '--cache', '--cache-location', `${cache}/eslint/`],
  [
    'format',
    bin('prettier/bin/prettier.cjs'),
    '--check',
    '--log-level=warn',
    '--cache',
    `--cache-location=${cache}/prettier-checked`,
    '.',
  ],
]

/**
 * Runs one; its output is shown when it fails.
 * @param {[name: string, script: string, ...args: string[]]} check
 * @returns {Promise<boolean>}
 */
function check([name, script, ...args]) {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(ownNode, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      if (code !== 0) process.stdout.write(output)
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
      resolve(code === 0)
    })
  })
}

/** Runs the checks, two at a time. @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks(names = CHECKS.map(([name]) => name)) {
  const waiting = CHECKS.filter(([name]) => names.includes(name))
  /** @type {boolean[]} */
  const results = []
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await check(next))
  }
  await Promise.all([lane(), lane()])
  const passed = results.filter(Boolean).length
  return { passed, failed: results.length - passed }
}

// npm run lint: lint and format alone; npm run check: all of them, then the unit tests.
if (process.argv[1] === import.meta.filename) {
  const { failed } = await runChecks(process.argv.length > 2 ? process.argv.slice(2) : undefined)
  process.exitCode = failed ? 1 : 0
}
