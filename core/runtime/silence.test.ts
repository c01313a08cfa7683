// The runtime's library leaves no trace outside the application: no device identifier, no database to send later.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { resource } from '../base/root.ts'

test('opening and closing a session writes nothing below the home folder, where usage data would be collected', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'vestige-home-'))
  try {
    const program = `
      import { openSession } from ${JSON.stringify(path.join(import.meta.dirname, 'session.ts'))}
      const session = await openSession(${JSON.stringify(resource('models', 'retinaface-mnet025', 'model.onnx'))}, { threads: 1 })
      await session.release()`
    // The variables that would silence the library by themselves must not make this test pass.
    const { CI: _ci, ORT_DISABLE_TELEMETRY: _off, XDG_CACHE_HOME: _cache, ...env } = process.env
    const ran = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      env: { ...env, HOME: home },
      encoding: 'utf8',
    })
    expect(ran.stderr).not.toMatch(/Error/)
    expect(ran.status).toBe(0)
    expect(readdirSync(home)).toEqual([])
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
