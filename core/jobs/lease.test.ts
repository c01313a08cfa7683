// A tool is closed once, after its last user, and not before it is retired.
import { expect, test } from 'vitest'
import { lease } from './lease.ts'

test('is closed after its last user', async () => {
  const closed: string[] = []
  const tool = lease(Promise.resolve('t'), async (t) => void closed.push(t))
  const work = Promise.withResolvers<number>()
  const one = tool.use(() => work.promise)
  await tool.use((t) => t.length)
  tool.retire()
  await new Promise((resolve) => setImmediate(resolve))
  expect(closed).toEqual([])
  work.resolve(3)
  expect(await one).toBe(3)
  await new Promise((resolve) => setImmediate(resolve))
  tool.retire()
  expect(closed).toEqual(['t'])
})

test('passes failures on, and one that never opened is not closed', async () => {
  const tool = lease<string>(Promise.reject(new Error('no such thing')), () => expect.unreachable())
  await expect(tool.use(() => 1)).rejects.toThrow('no such thing')
  tool.retire()
  const working = lease(Promise.resolve(1), async () => undefined)
  await expect(working.use(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
})
