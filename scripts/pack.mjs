// Packs the desktop application as electron-builder.yml says; validates that file first.
// node scripts/pack.mjs [electron-builder's own arguments]; with --validate only the check.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ownNode, root, run, say } from './paths.mjs'

const require = createRequire(import.meta.url)
const builderLib = path.dirname(require.resolve('app-builder-lib/package.json'))

/** The configuration. @throws Error when electron-builder's own scheme refuses it */
export async function builderConfiguration(file = path.join(root, 'electron-builder.yml')) {
  const { validateConfiguration } = require(path.join(builderLib, 'out/util/config/config.js'))
  const { DebugLogger } = require('builder-util')
  const configuration = require('js-yaml').load(readFileSync(file, 'utf8'))
  await validateConfiguration(configuration, new DebugLogger(false))
  return configuration
}

if (process.argv[1] === import.meta.filename) {
  await builderConfiguration()
  say('Vestige: electron-builder.yml is valid.')
  const words = process.argv.slice(2)
  if (!words.includes('--validate')) {
    const cli = path.join(root, 'node_modules/electron-builder/cli.js')
    process.exitCode = await run(ownNode, [cli, '--publish', 'never', ...words])
  }
}
