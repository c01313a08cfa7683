// Builds dist/: the workbench for the page, and main process, preload, command and worker for Node.js and Electron.
// dist/ mirrors the sources file by file; packages stay outside. It is built aside and swapped in whole.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'vite'
import { root, say } from './paths.mjs'
import { sourcesHash, stampName } from './sources.mjs'

const aside = path.join(root, 'node_modules', '.cache', `vestige-dist-${process.pid}`)
const dist = path.join(root, 'dist')
const entries = [
  'electron/main.ts',
  'core/cli/main.ts',
  'core/jobs/worker.ts',
  'core/training/feedWorker.ts',
  'core/runtime/learn/trial.ts',
]
const isPackage = (/** @type {string} */ id) => !id.startsWith('.') && !path.isAbsolute(id)

/** @returns {import('vite').InlineConfig} */
const forNode = (/** @type {string[]} */ inputs, /** @type {import('rolldown').OutputOptions} */ output) => ({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    ssr: true,
    target: 'node22',
    minify: false,
    sourcemap: true,
    outDir: aside,
    emptyOutDir: false,
    rolldownOptions: { input: inputs, external: isPackage, output },
  },
})

const started = performance.now()
const hash = process.argv[2] ?? sourcesHash()
try {
  mkdirSync(aside, { recursive: true })
  const preload = path.join(root, 'electron/preload.ts')
  // A sandboxed preload must be one CommonJS file.
  if (existsSync(preload)) await build(forNode([preload], { format: 'cjs', entryFileNames: 'electron/preload.cjs' }))
  await build({
    configFile: path.join(root, 'renderer/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: path.join(aside, 'renderer'), emptyOutDir: true },
  })
  const present = entries.filter((entry) => existsSync(path.join(root, entry)))
  if (present.length > 0)
    await build(
      forNode(
        present.map((entry) => path.join(root, entry)),
        { format: 'es', preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
      ),
    )
  writeFileSync(path.join(aside, stampName), hash)
  const old = `${aside}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(aside, dist)
  rmSync(old, { recursive: true, force: true })
  say(`Vestige: built in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
} catch (thrown) {
  say(`Vestige: the build failed. ${thrown instanceof Error ? thrown.message : thrown}`)
  process.exitCode = 1
} finally {
  rmSync(aside, { recursive: true, force: true })
}
