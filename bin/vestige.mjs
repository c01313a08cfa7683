#!/usr/bin/env node
// The vestige command: finds a Node.js that is new enough, then runs the command from source in a checkout, else from dist/.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { newEnough, oldestNode, ownNode, root, run } from '../scripts/paths.mjs'

const words = process.argv.slice(2)
const source = path.join(root, 'core', 'cli', 'main.ts')
const built = path.join(root, 'dist', 'core', 'cli', 'main.js')
const inCheckout = existsSync(source)
/** Node.js runs TypeScript by itself from 22.18 on. */
const fits = newEnough(process.versions.node) && (!inCheckout || Boolean(process.features.typescript))

if (!fits && existsSync(ownNode) && process.execPath !== ownNode) {
  const child = spawn(ownNode, [import.meta.filename, ...words], { stdio: 'inherit' })
  // The terminal sends Ctrl+C to both; the child decides how to end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('close', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)))
} else if (!fits) {
  console.error(
    `vestige needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}. ` +
      `In a checkout, "npm ci" brings one.`,
  )
  process.exitCode = 1
} else {
  // The workbench that serve shows is built; all else runs from source.
  const ready =
    !inCheckout ||
    words[0] !== 'serve' ||
    (await run(process.execPath, [path.join(root, 'scripts', 'setup.mjs')])) === 0
  if (ready) await import(pathToFileURL(inCheckout ? source : built).href)
  else process.exitCode = 1
}
