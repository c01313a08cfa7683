// The packed application: electron-builder.yml is valid, packs what this platform needs and nothing else, and what it
// packed runs by itself. Electron's binary is stood in for by a file with its fuses; the double runs the packed files.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build, Platform } from 'electron-builder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../core/base/root.ts'
import { builderConfiguration } from '../scripts/pack.mjs'
import { missing, open } from './e2e/hosts.ts'
import { rawCalls } from './e2e/rawCalls.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'vestige-packed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('electron-builder refuses a configuration with a word that it does not know', async () => {
  const file = path.join(folder, 'wrong.yml')
  writeFileSync(file, `${readFileSync(path.join(appRoot, 'electron-builder.yml'), 'utf8')}\nasarr: true\n`)
  await expect(builderConfiguration(file)).rejects.toThrow('asarr')
})

describe.skipIf(process.platform !== 'linux')('packed for Linux', () => {
  const unpacked = path.join(folder, 'release', 'linux-unpacked')
  const files = path.join(folder, 'app')
  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(appRoot, 'scripts', 'setup.mjs')], { stdio: 'inherit' })
    await builderConfiguration()
    // On top of electron-builder.yml, which build() reads itself.
    const config = { electronDist: fakeElectron(), directories: { output: path.join(folder, 'release') } }
    await build({ projectDir: appRoot, targets: Platform.LINUX.createTarget('dir'), config, publish: 'never' })
    // asar lies beside app-builder-lib, which uses it.
    const require = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'))
    const asar = (await import(require.resolve('@electron/asar'))) as {
      extractAll(archive: string, target: string): void
    }
    asar.extractAll(path.join(unpacked, 'resources', 'app.asar'), files)
    cpSync(path.join(unpacked, 'resources', 'app.asar.unpacked'), files, { recursive: true })
  }, 300_000)

  it('has its program, its licences, and no name of Electron on it', () => {
    for (const name of ['vestige', 'LICENSE.Vestige.txt', 'THIRD-PARTY-NOTICES.md', 'LICENSE.electron.txt'])
      expect(existsSync(path.join(unpacked, name)), name).toBe(true)
    expect(existsSync(path.join(unpacked, 'electron'))).toBe(false)
  })

  it('has its fuses set: no Node.js mode, no inspector, only from the archive', () => {
    const program = readFileSync(path.join(unpacked, 'vestige'))
    const at = program.indexOf(SENTINEL) + SENTINEL.length + 2
    // Order of @electron/fuses' FuseV1Options; '1' on, '0' off.
    expect(program.subarray(at, at + 8).toString()).toBe('01001100')
  })

  it('carries native code of this platform alone, outside the archive', () => {
    const native = list(path.join(unpacked, 'resources', 'app.asar.unpacked')).filter((file) =>
      /\.(node|so[.\d]*|dll|dylib)$/.test(file),
    )
    expect(native.some((file) => file.includes(`better-sqlite3/prebuilds/linux-${process.arch}.node`))).toBe(true)
    expect(native.some((file) => file.includes(`onnxruntime-node/bin/napi-v6/linux/${process.arch}/`))).toBe(true)
    expect(native.some((file) => file.includes('@img/sharp-linux'))).toBe(true)
    const other = process.arch === 'x64' ? 'arm64' : 'x64'
    expect(native.filter((file) => file.includes(other) || /darwin|win32|\.dll$|\.dylib$/.test(file))).toEqual([])
    expect(list(files).filter((file) => file.endsWith('.node')).length).toBe(
      native.filter((file) => file.endsWith('.node')).length,
    )
  })

  it('carries the model packages outside the archive, where ONNX Runtime can open them', () => {
    const models = list(path.join(unpacked, 'resources', 'app.asar.unpacked', 'resources', 'models'))
    expect(models.filter((file) => file.endsWith('model.onnx')).length).toBeGreaterThanOrEqual(2)
  })

  it('carries no sources, tests, maps or development packages', () => {
    const all = list(files)
    expect(
      all.filter((file) => /^dist\/.*\.test\.|\.map$|^(core|renderer|test|scripts|electron)\//.test(file)),
    ).toEqual([])
    for (const name of ['electron', 'vite', 'typescript', 'svelte', 'node', 'retinaface'])
      expect(existsSync(path.join(files, 'node_modules', name)), name).toBe(false)
  })

  // Unpacked again, because the double runs on Node.js, which does not look into archives.
  it.skipIf(missing('double'))(
    'runs: the window answers, and the worker embeds with the shipped recogniser',
    async () => {
      const host = await open('double', { main: path.join(files, 'dist', 'electron', 'main.js') })
      const ask = async (name: string, args: object) => {
        const [reply] = await rawCalls(host.page, [{ kind: 'call', id: 1, name, args, via: 'button' }], 1, 60_000)
        return reply?.value
      }
      try {
        const status = (await ask('app.status', {})) as { host: string; recogniser: { sha256: string } }
        expect(status.host).toBe('electron')
        expect(await ask('models.selfTest', { sha256: status.recogniser.sha256 })).toMatchObject({ ok: true })
      } finally {
        await host.close()
      }
    },
  )
})

/** Marks the place of the fuses in Electron's binary (@electron/fuses); version 1, nine of them, all on. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
function fakeElectron(): string {
  const dist = path.join(folder, 'electron-dist')
  mkdirSync(path.join(dist, 'resources'), { recursive: true })
  mkdirSync(path.join(dist, 'locales'))
  const version = (
    JSON.parse(readFileSync(path.join(appRoot, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
  ).version
  const program = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from('1'.repeat(9))])
  writeFileSync(path.join(dist, 'electron'), program, { mode: 0o755 })
  writeFileSync(path.join(dist, 'version'), version)
  for (const name of [
    'LICENSE',
    'LICENSES.chromium.html',
    'chrome-sandbox',
    'chrome_crashpad_handler',
    'locales/en-US.pak',
  ])
    writeFileSync(path.join(dist, name), '')
  return dist
}

/** Every file below, relative, with forward slashes. */
const list = (dir: string): string[] =>
  execFileSync('find', ['.', '-type', 'f'], { cwd: dir, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(2))
