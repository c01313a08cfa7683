// vestige synth-24 as a program runs it: a dataset that opens, its JSON, its refusals.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { openDataset } from '../datasets/open.ts'
import { synth24 } from '../datasets/synth.ts'
import { temporary } from '../datasets/testFaces.ts'
import { writeSynth24 } from '../datasets/writeSynth.ts'
import { main } from './program.ts'

const { folder, remove } = temporary()
afterAll(remove)
const at = (...parts: string[]): string => path.join(folder, ...parts)

async function vestige(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const outSpy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  const errSpy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  try {
    return { code: await main(['synth-24', ...words]), out, err }
  } finally {
    outSpy.mockRestore()
    errSpy.mockRestore()
  }
}

it('writes 24 people, 10 faces each to train on and 6 to test on', async () => {
  const ran = await vestige('--out', at('set'), '--seed', '7', '--json')
  expect(ran).toMatchObject({ code: 0 })
  expect(JSON.parse(ran.out)).toEqual({ folder: at('set'), seed: 7, people: 24, train: 240, test: 144 })
  const [train, test] = [await openDataset(at('set', 'train')), await openDataset(at('set', 'test'))]
  for (const [set, each] of [[train, 10] as const, [test, 6] as const]) {
    expect(set).toMatchObject({ format: 'lfw', problems: [] })
    expect(Map.groupBy(set.samples, (s) => s.identity).size).toBe(24)
    expect(set.samples).toHaveLength(24 * each)
  }
  expect(train.samples[0]).toMatchObject({ identity: 'p01', index: 1 })
  expect((await train.decode(0)).data).toEqual(synth24(7).next().value!.image.data)
}, 60_000)

it('refuses a folder with something in it, a file, and a seed that is none', async () => {
  mkdirSync(at('full'))
  writeFileSync(at('full', 'mine.txt'), 'mine')
  for (const place of [at('full'), at('full', 'mine.txt')]) {
    const ran = await vestige('--out', place, '--json')
    expect(ran.code).toBe(3)
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'conflict' } })
  }
  expect(readdirSync(at('full'))).toEqual(['mine.txt'])
  expect((await vestige('--out', at('other'), '--seed', '-1')).code).toBe(2)
  expect((await vestige()).code).toBe(2)
})

it('leaves nothing when it is stopped', async () => {
  const stop = new AbortController()
  const before = readdirSync(folder)
  const onProgress = (n: number): void => void (n === 3 && stop.abort(new Error('stopped')))
  await expect(writeSynth24(at('late'), 1, { onProgress, signal: stop.signal })).rejects.toThrow('stopped')
  expect(readdirSync(folder)).toEqual(before)
})
