// Rows on disk: made once, gone on with after an interruption, rounded to half precision where that is asked for.
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { temporary } from '../datasets/testFaces.ts'
import { rememberedRows, type RowsRequest } from './rows.ts'

const { folder, remove } = temporary()
afterAll(remove)

const COUNT = 150
const value = (i: number, j: number): number => (i - 70) * 1.25 + j / 3
function request(key: string, more: Partial<RowsRequest> = {}) {
  const made: number[] = []
  const asked: RowsRequest = {
    folder,
    key,
    count: COUNT,
    length: 3,
    signal: new AbortController().signal,
    make(from, to) {
      made.push(from)
      const rows = Array.from({ length: to - from }, (_, k) => [0, 1, 2].map((j) => value(from + k, j)))
      return Promise.resolve(Float32Array.from(rows.flat()))
    },
    ...more,
  }
  return { asked, made }
}

it('are made block by block, and then read', async () => {
  const first = request('aa')
  const rows = (await rememberedRows(first.asked))!
  expect(first.made).toEqual([0, 64, 128])
  for (const i of [0, 63, 64, 149]) expect([...rows.read(i)]).toEqual([0, 1, 2].map((j) => Math.fround(value(i, j))))
  rows.close()
  const again = request('aa')
  ;(await rememberedRows(again.asked))!.close()
  expect(again.made).toEqual([])
  const other = request('ab')
  ;(await rememberedRows(other.asked))!.close()
  expect(other.made).toHaveLength(3)
})

it('interrupted, go on where they were, also with what a process that is gone has left', async () => {
  const stop = new AbortController()
  const { asked, made } = request('cc', { signal: stop.signal })
  const make: RowsRequest['make'] = (from, to) => {
    if (from === 64) stop.abort(new Error('stopped'))
    return asked.make(from, to)
  }
  await expect(rememberedRows({ ...asked, make })).rejects.toThrow('stopped')
  expect(existsSync(path.join(folder, 'answers-cc.f32'))).toBe(false)
  made.length = 0
  const rows = (await rememberedRows(request('cc', { make: asked.make }).asked))!
  expect(made).toEqual([128])
  expect(rows.read(10)[2]).toBeCloseTo(value(10, 2), 4)
  rows.close()
  // Half a row more than a block: what follows the block is made again. No process has that number.
  writeFileSync(path.join(folder, 'answers-dd.f32.4194999.part'), new Float32Array(64 * 3 + 2).fill(9))
  const left = request('dd')
  const adopted = (await rememberedRows(left.asked))!
  expect(left.made).toEqual([64, 128])
  expect([adopted.read(63)[0], adopted.read(64)[0]]).toEqual([9, value(64, 0)])
  adopted.close()
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('in half precision are as near as that is', async () => {
  const rows = (await rememberedRows(request('ee', { numbers: 'float16' }).asked))!
  for (const i of [0, 100])
    for (const j of [0, 1, 2]) expect(Math.abs(rows.read(i)[j]! / value(i, j) - 1)).toBeLessThan(5e-4)
  rows.close()
})

it('that the disk cannot hold are not begun, and nothing is removed for them', async () => {
  utimesSync(path.join(folder, 'answers-aa.f32'), new Date(0), new Date(0))
  const { asked, made } = request('ff', { count: 1e9, length: 1e6 })
  expect(await rememberedRows(asked)).toBeNull()
  expect(made).toEqual([])
  expect(existsSync(path.join(folder, 'answers-aa.f32'))).toBe(true)
})
