// One writer per folder; a killed process leaves no lock behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from './lock.ts'
import { openTestStore, temporaryFolder } from './testing.ts'

let folder: string
let dispose: () => void
beforeEach(() => ({ folder, dispose } = temporaryFolder()))
afterEach(() => dispose())

test('a second instance on the same folder is refused with a sentence, until the first closes', () => {
  const first = openTestStore(folder)
  expect(() => openTestStore(folder)).toThrow(`The case store in ${folder} is open in another Vestige`)
  first.close()
  openTestStore(folder).close()
})

test('kill -9 frees the folder', async () => {
  const script = `import { lockFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    await once(child.stdout, 'data')
    expect(() => lockFolder(folder)).toThrow('open in another Vestige')
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  lockFolder(folder)()
})
