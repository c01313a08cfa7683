// GDRD from recipe to package, with networks of a few weights: what is learned, what stays, what is remembered.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocks, put, temporary } from '../datasets/testFaces.ts'
import { build } from '../nets/build.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { plausibleWeights } from '../nets/testSupport.ts'
import type { Checkpoint } from '../training/checkpoint.ts'
import type { Recipe } from '../training/recipe.ts'
import { runRecipeIn, shrunk, writeFaces, writeTeachers, type Ran } from './testGdrd.ts'

const { folder, remove } = temporary()
afterAll(remove)
const data = path.join(folder, 'faces')
const PEOPLE = 4
const FACES = 12
let roles: Map<string, string>
let plain: Ran
beforeAll(async () => {
  await writeFaces(data, PEOPLE, FACES / PEOPLE)
  roles = writeTeachers(path.join(folder, 'teachers'))
  plain = await run('whole', gdrd())
}, 300_000)

/** Teacher's head, backbone, head. */
const gdrd = (): Recipe => shrunk('d/small/gdrd.json', [2, 3, 5], FACES)
const run = (name: string, recipe: Recipe, more: object = {}): Promise<Ran> =>
  runRecipeIn(folder, name, recipe, { data: [data], roles, ...more })
const notes = ({ events }: Ran): string[] => events.flatMap((e) => (e.kind === 'note' ? [e.text] : []))
const changed = (a: Checkpoint, b: Checkpoint): string[] =>
  [...a.groups['variables']!].flatMap(([name, { data }]) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(
      Buffer.from(b.groups['variables']!.get(name)!.data.slice().buffer),
    )
      ? []
      : [name],
  )

describe('the two stages', () => {
  it('of the head move the head, its softmax and the relations, and not a bit of the backbone', () => {
    const [after, before] = plain.checkpoints
    const groups = new Set(changed(before!, after!).map((name) => name.split('/', 2).join('/')))
    expect([...groups].sort()).toEqual([
      'mixed/f',
      'mixed/h',
      'ofTeacher/f',
      'ofTeacher/h',
      'softmax/weight',
      'student/head',
    ])
  })
  it('of the backbone move the backbone and the adapter alone', async () => {
    const stopped = await run('backbone', gdrd(), { maxSteps: 4 })
    const [after, before] = stopped.checkpoints
    const groups = new Set(changed(before!, after!).map((name) => name.split('/', 2).join('/')))
    expect([...groups].sort()).toEqual(['adapter/conv', 'student/backbone'])
  })
  it('end in a package, and say what the features came from', () => {
    expect(plain.losses.map((l) => l.length)).toEqual([2, 3, 5])
    expect(plain.result.model).toMatchObject({ size: 8, taps: ['embedding'] })
    expect(plain.result.features).toEqual([expect.stringMatching(/^generative: sr-autoencoder, [0-9a-f]{16}$/)])
  })
})

describe('what is remembered', () => {
  it('gives the losses of what is computed each time', async () => {
    expect(notes(plain)).toContainEqual(expect.stringContaining('student(lr) up to head/flat is computed once'))
    const { remember: _, ...each } = gdrd()
    const asked = await run('asked', each)
    expect(notes(asked).join()).not.toContain('computed once')
    for (const [p, losses] of plain.losses.entries())
      for (const [k, loss] of losses.entries()) expect(Math.abs(loss - asked.losses[p]![k]!)).toBeLessThan(1e-5)
    const half = await run('half', { ...gdrd(), remember: 'float16' })
    for (const [p, losses] of plain.losses.entries())
      for (const [k, loss] of losses.entries()) expect(half.losses[p]![k]).toBeCloseTo(loss, 2)
  })
  it('goes on exactly after a stop in the middle of the head', async () => {
    const first = await run('stopped', gdrd(), { maxSteps: 7 })
    const rest = await run('stopped', gdrd())
    expect(first.result.ended).toBe('steps')
    expect([...first.losses[2]!, ...rest.losses[0]!]).toEqual(plain.losses[2])
    expect(changed(rest.checkpoints[0]!, plain.checkpoints[0]!)).toEqual([])
  })
  it('is not used for another backbone', async () => {
    const files = (): number => readdirSync(cacheFolder()).filter((name) => name.startsWith('answers-')).length
    const before = files()
    await run('whole-again', gdrd())
    expect(files()).toBe(before)
    await run('another', { ...gdrd(), seed: 8 })
    expect(files()).toBe(before + 1)
  })
})

const cacheFolder = (): string => {
  const home = path.join(folder, '.faces')
  return path.join(home, readdirSync(home)[0]!)
}

describe('a finished student', () => {
  const start = (): Map<string, string> => new Map([['start', path.join(folder, 'whole', 'package-model.onnx')]])
  beforeAll(() => copyFileSync(plain.result.model!.file, start().get('start')!))
  const view = (group: string) => (name: string) => name.startsWith(group)

  it('gets a new softmax for UCCS and stays as it is', async () => {
    const uccs = path.join(folder, 'uccs')
    for (const part of ['train', 'test']) await writeFaces(path.join(uccs, part), 3, 2)
    const ran = await runRecipeIn(folder, 'uccs-run', shrunk('d/small/uccs.json', [4], 6), {
      data: [uccs],
      roles: start(),
    })
    expect(ran.result).toMatchObject({ faces: 6, identities: 3, ended: 'done' })
    expect(notes(ran)).toContainEqual(expect.stringContaining('student(lr) up to head/dense2 is computed once'))
    const student = ran.checkpoints[0]!.groups['variables']!
    for (const [name, { data }] of plain.checkpoints[0]!.groups['variables']!)
      if (view('student/')(name)) expect(student.get(name)!.data).toEqual(data)
  })
  it('goes on learning on the training part of TinyFace, whose crops are not square', async () => {
    const tiny = path.join(folder, 'tinyface')
    const crop = (seed: number) => ({
      ...blocks(seed, 20),
      height: 16,
      data: blocks(seed, 20).data.slice(0, 20 * 16 * 3),
    })
    await put(tiny, {
      'Training_Set/1/1_1.png': crop(1),
      'Training_Set/1/1_2.png': crop(2),
      'Training_Set/2/2_1.png': crop(3),
      'Testing_Set/Probe/1_1.png': crop(4),
      'Testing_Set/Gallery_Match/1_2.png': crop(5),
      'Testing_Set/Gallery_Distractor/x.png': crop(6),
    })
    const recipe = shrunk('d/small/tinyface.json', [3], 3, 2)
    const ran = await runRecipeIn(folder, 'tiny-run', recipe, { data: [tiny], roles: start() })
    expect(ran.result).toMatchObject({ faces: 3, identities: 2, ended: 'done' })
    const student = ran.checkpoints[0]!.groups['variables']!
    const before = plain.checkpoints[0]!.groups['variables']!
    const moved = [...before].filter(
      ([name, { data }]) => view('student/')(name) && !student.get(name)!.data.every((v, i) => v === data[i]),
    )
    expect(new Set(moved.map(([name]) => name.split('/', 2)[1]))).toEqual(new Set(['backbone', 'head']))
  })
})

it('super-resolution learns from made-up faces, which are made once', async () => {
  const g = build('enlarger')
  const graph = g.done({
    image: g.tanh('image', g.conv('conv', g.input([16, 16, 3]), { filters: 3, kernel: 3, pad: 1 })),
  })
  const file = path.join(folder, 'enlarger.onnx')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, toOnnx(graph, plausibleWeights(graph, 4), { taps: ['image'] }))
  const recipe = shrunk('d/small/sr.json', [2], FACES)
  Object.assign(recipe.models['student']!, { config: { depth: 18, width: 0.05, input: 16, embedding: 8, dropout: 0 } })
  const ran = await run('sr', recipe, { roles: new Map([['faces', file]]) })
  expect(ran.losses).toEqual([[expect.any(Number), expect.any(Number)]])
  expect(ran.result.model).toMatchObject({ size: 16 })
})

it('the regression of features falls by more than half in 200 steps on 256 images', async () => {
  const many = path.join(folder, 'many')
  await writeFaces(many, 64, 4)
  const recipe = shrunk('d/small/gen.json', [200, 1], 256, 16)
  const { losses, checkpoints } = await runRecipeIn(folder, 'many-run', recipe, {
    data: [many],
    roles,
    backend: 'wasm',
  })
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length
  expect(mean(losses[0]!.slice(-10))).toBeLessThan(mean(losses[0]!.slice(0, 3)) / 2)
  expect(checkpoints).toHaveLength(2)
})
