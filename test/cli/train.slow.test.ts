// vestige train as a user runs it: killed and gone on with, stopped and gone on with, refused with a sentence.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../core/base/root.ts'
import { vestige } from './harness.ts'

let folder = ''
const at = (...parts: string[]): string => path.join(folder, ...parts)

const config = { width: 0.125, input: 32, embedding: 16 }
const recipe = (more: object = {}): object => ({
  schema: 1,
  name: 'tiny',
  description: 'A tiny network on made-up people.',
  source: 'test',
  seed: 5,
  views: [
    {
      name: 'lr',
      size: 32,
      flip: 'none',
      degrade: 'surveillance',
      resolutions: { kind: 'choices', choices: [{ r: 16, p: 1 }] },
    },
  ],
  models: {
    student: { kind: 'network', network: 'mobilefacenet', config },
  },
  heads: { head: { embedding: 16, margin: 'cosface', s: 16, m: 0.1 } },
  phases: [
    {
      name: 'only',
      epochs: 0.15,
      batch: 4,
      steps: [
        {
          train: ['student', 'head'],
          terms: [{ id: 'class', weight: 1, fn: 'classification', args: { logits: 'head(student(lr).embedding)' } }],
        },
      ],
      optimiser: { kind: 'sgd' },
      rate: { kind: 'constant', init: 0.01 },
      ema: { decay: 0.9 },
    },
  ],
  result: { model: 'student' },
  ...more,
})
const command = (run: string, ...more: string[]): string[] => [
  ...['train', '--recipe', at('tiny.json'), '--data', at('people', 'train'), '--run', at('runs', run)],
  ...['--backend', 'cpu', '--checkpoint-seconds', '1', ...more],
]

interface Line {
  readonly kind: string
  readonly step?: number
  readonly loss?: number
}
const log = (run: string): Line[] =>
  existsSync(at('runs', run, 'log.jsonl'))
    ? readFileSync(at('runs', run, 'log.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : []
/** The loss of every step; of steps that were made twice, the last. */
const losses = (run: string): Map<number, number> =>
  new Map(log(run).flatMap((l) => (l.kind === 'step' ? [[l.step!, l.loss!] as const] : [])))

const start = (run: string): ChildProcess =>
  spawn(process.execPath, [path.join(appRoot, 'bin', 'vestige.mjs'), ...command(run)], { stdio: 'ignore' })
const until = async (seen: () => boolean, child: ChildProcess): Promise<void> => {
  while (!seen() && child.exitCode === null) await new Promise((r) => setTimeout(r, 20))
}
const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve(child.exitCode)

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestige-train-'))
  expect((await vestige('synth-24', '--out', at('people'))).code).toBe(0)
  writeFileSync(at('tiny.json'), JSON.stringify(recipe()))
  const whole = await vestige(...command('whole'))
  expect(whole.err).toContain('9 steps of 4')
  expect(whole.code).toBe(0)
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a run of vestige train', () => {
  it('leaves a network, a package that can be measured, and a log of every step', async () => {
    expect([...losses('whole').keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const card = JSON.parse(readFileSync(at('runs', 'whole', 'package', 'card.json'), 'utf8')) as { name: string }
    expect(card.name).toBe('tiny')
    const measured = await vestige(
      ...['evaluate', '--model', at('runs', 'whole', 'package'), '--protocol', 'folder-identification'],
      ...['--data', at('people', 'test'), '--resolutions', '16', '--no-baselines', '--json'],
    )
    expect(measured.code).toBe(0)
  })

  it('killed after a checkpoint and gone on with, has the losses of the run that was not', async () => {
    const child = start('killed')
    await until(() => log('killed').some((l) => l.kind === 'checkpoint'), child)
    child.kill('SIGKILL')
    await ended(child)
    const before = losses('killed').size
    expect(before).toBeLessThan(9)
    const on = await vestige(...command('killed'))
    expect(on.err).toContain('going on from step')
    for (const [step, loss] of losses('whole')) expect(losses('killed').get(step)).toBeCloseTo(loss, 6)
  })

  it('stopped by Ctrl+C, keeps a checkpoint and goes on', async () => {
    const child = start('stopped')
    await until(() => losses('stopped').size >= 2, child)
    const asked = performance.now()
    child.kill('SIGINT')
    expect(await ended(child)).toBe(130)
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(log('stopped').at(-1)).toMatchObject({ kind: 'end', reason: 'paused' })
    expect((await vestige(...command('stopped'))).code).toBe(0)
    for (const [step, loss] of losses('whole')) expect(losses('stopped').get(step)).toBeCloseTo(loss, 6)
  })

  it('is not gone on with by another recipe', async () => {
    writeFileSync(at('other.json'), JSON.stringify(recipe({ seed: 6 })))
    const other = await vestige(...command('whole').map((w) => (w === at('tiny.json') ? at('other.json') : w)))
    expect(other).toMatchObject({ code: 3, err: expect.stringContaining('another recipe or other data') as string })
  })

  it.each([
    ['a recipe that is not there', () => ['--recipe', at('none.json')], /there is no such file/],
    ['a recipe that is no JSON', () => ['--recipe', at('people', 'train')], /cannot be read/],
    ['data that are not there', () => ['--data', at('nobody')], /nobody/],
  ])('refuses %s', async (_what, words, sentence) => {
    const refused = await vestige(...command('refused'), ...words())
    expect(refused.code).toBe(3)
    expect(refused.err).toMatch(sentence)
  })

  it.each([
    [
      'a network that there is not',
      { models: { student: { kind: 'network', network: 'nothing' } } },
      /no network "nothing"/,
    ],
    ['a field that there is not', { extra: 1 }, /not valid/],
    [
      'a starting network that is not named',
      {
        models: {
          student: { kind: 'network', network: 'mobilefacenet', config, initial: { from: 'onnx', role: 'teacher' } },
        },
      },
      /--role teacher=/,
    ],
  ])('refuses a recipe with %s', async (_what, more, sentence) => {
    writeFileSync(at('bad.json'), JSON.stringify(recipe(more)))
    const refused = await vestige(...command('bad').map((w) => (w === at('tiny.json') ? at('bad.json') : w)))
    expect(refused.err).toMatch(sentence)
    expect(refused.code).toBe(3)
  })
})
