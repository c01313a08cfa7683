// One hundred thousand audit rows are verified in less than five seconds.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCase } from '../cases.ts'
import { ana, openTestStore, temporaryFolder } from '../testing.ts'
import { verifyFolder } from './verify.ts'

const wanted = 100_000
let folder: string
beforeAll(() => {
  folder = temporaryFolder().folder
  const store = openTestStore(folder)
  store.write(ana, (audit) => {
    audit('case:1', {})
    for (let i = 0; i < wanted; i++) createCase(store, ana, { name: `case ${i}`, note: 'as found on the desk' })
  })
  store.close()
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('rows, each with the record that it vouches for, in under 5 s of processor time', async () => {
  const before = process.cpuUsage()
  const report = await verifyFolder(folder)
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  console.log(
    `${report.rows} rows: ${seconds.toFixed(2)} s of processor time, ${(report.ms / 1000).toFixed(2)} s by the clock`,
  )
  expect(report).toMatchObject({ ok: true, problems: [] })
  expect(report.rows).toBeGreaterThan(wanted)
  // Processor time, so that a busy machine does not fail the test; the clock agrees where nothing else runs.
  expect(seconds).toBeLessThan(5)
})
