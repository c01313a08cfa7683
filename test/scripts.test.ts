// The scripts' decisions: which browser, which Node.js, what counts as built, what counts as Electron.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appRoot } from '../core/base/root.ts'
import { chromiumBrowser, hasDisplay } from '../scripts/browser.mjs'
import { electronBinary } from '../scripts/electron.mjs'
import { newEnough, run } from '../scripts/paths.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vestige-scripts-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

it.each([
  ['20.20.2', false],
  ['22.13.9', false],
  ['22.14.0', true],
  ['24.0.0', true],
  ['', false],
])('Node.js %s is new enough: %s', (version, expected) => expect(newEnough(version)).toBe(expected))

describe('the browser', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file)
  it('is the one that was named', () =>
    expect(chromiumBrowser({ VESTIGE_BROWSER: '/x' }, 'linux', there('/x', '/usr/bin/chromium'))).toBe('/x'))
  it('is Chromium before Chrome, wherever PATH has it', () =>
    expect(chromiumBrowser({ PATH: '/a:/b' }, 'linux', there('/a/google-chrome', '/b/chromium'))).toBe('/b/chromium'))
  it('is found on Windows and macOS', () => {
    const edge = 'C:\\PF\\Microsoft\\Edge\\Application\\msedge.exe'
    expect(chromiumBrowser({ ProgramFiles: 'C:\\PF' }, 'win32', there(edge))).toBe(edge)
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(chromiumBrowser({}, 'darwin', there(chrome))).toBe(chrome)
  })
  it('is none of another family', () =>
    expect(chromiumBrowser({ PATH: '/a' }, 'linux', there('/a/firefox'))).toBeUndefined())
  it('needs a display, which Windows and macOS always have', () => {
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
    expect(hasDisplay({}, 'win32')).toBe(true)
  })
})

it("Electron's binary counts only where the file is", () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder)
  expect(electronBinary()).toBeUndefined()
  writeFileSync(path.join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron'), '')
  expect(electronBinary()).toContain(folder)
})

describe('running a program', () => {
  it('gives its exit code, 127 where there is none', async () => {
    expect(await run(process.execPath, ['-e', 'process.exit(3)'])).toBe(3)
    expect(await run('/no/such/program', [])).toBe(127)
  })
  it.skipIf(process.platform === 'win32')('ends it with its children after the time it was given', async () => {
    const started = performance.now()
    expect(await run('sh', ['-c', 'sleep 30 & sleep 30'], { timeoutMs: 200 })).toBe(124)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('what the build was made from', () => {
  /** The hash of a small checkout; a process of its own, as the module knows only its own checkout. */
  const hash = () =>
    execFileSync(
      process.execPath,
      ['-e', 'import("./scripts/sources.mjs").then((m) => console.log(m.sourcesHash()))'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
  it('changes with a source, a new source and the lock file, not with a test', () => {
    mkdirSync(path.join(folder, 'core'))
    cpSync(path.join(appRoot, 'scripts'), path.join(folder, 'scripts'), { recursive: true })
    writeFileSync(path.join(folder, 'core', 'a.ts'), '1')
    const seen = [hash()]
    for (const [name, text] of [
      ['core/a.ts', '2'],
      ['core/b.ts', ''],
      ['package-lock.json', '{}'],
    ] as const) {
      writeFileSync(path.join(folder, name), text)
      seen.push(hash())
    }
    expect(new Set(seen).size).toBe(4)
    writeFileSync(path.join(folder, 'core', 'a.test.ts'), 'test')
    expect(hash()).toBe(seen.at(-1))
  })
})
