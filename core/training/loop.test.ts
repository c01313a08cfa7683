// The run loop: goes on exactly where it stopped, moves nothing that is frozen, gives up on nonsense, leaks nothing.
import * as tf from '@tensorflow/tfjs'
import type * as TfCore from '@tensorflow/tfjs-core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { build } from '../nets/build.ts'
import { initialWeights } from '../nets/initialise.ts'
import { weightSpecs } from '../nets/specs.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { random } from '../images/random.ts'
import { listCheckpoints } from './checkpoint.ts'
import type { RunEvent } from './events.ts'
import { createHead } from './heads.ts'
import { MAX_SKIPPED, runRecipe, type RunInput } from './loop.ts'
import type { Models } from './models.ts'
import { createOrder } from './order.ts'
import { HeadSpec, Recipe } from './recipe.ts'
import type { ViewBatch } from './viewBatch.ts'

beforeAll(() => tf.setBackend('cpu'))
const folders: string[] = []
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true })
})
const folder = (): string => {
  const made = mkdtempSync(path.join(os.tmpdir(), 'vestige-run-'))
  folders.push(made)
  return made
}

const CLASSES = 4
const SAMPLES = 20
const term = (student: string) => ({
  id: 'class',
  weight: 1,
  fn: 'classification',
  args: { logits: `head(${student}(v).embedding)` },
})
const recipe = (more: object = {}): Recipe =>
  Recipe.parse({
    schema: 1,
    name: 'tiny',
    description: '',
    source: '',
    seed: 3,
    views: [{ name: 'v', size: 8, flip: 'none' }],
    models: { student: { kind: 'network', network: 'mobilefacenet' } },
    heads: { head: { embedding: 3, margin: 'cosface', s: 8, m: 0.1 } },
    phases: [
      {
        name: 'first',
        epochs: 2,
        batch: 4,
        steps: [{ train: ['student', 'head'], terms: [term('student')] }],
        optimiser: { kind: 'adam' },
        rate: { kind: 'cosine', init: 0.01 },
        ema: { decay: 0.9 },
        ...more,
      },
    ],
    result: { model: 'student' },
  })

function models(): Models {
  const g = build('tiny')
  const x = g.relu('r', g.batchNorm('n', g.conv('c', g.input([8, 8, 3]), { filters: 4, kernel: 3, pad: 1 })))
  const graph = g.done({ embedding: g.dense('d', g.globalAvgPool('p', x), { units: 3 }) })
  const network = toTensorFlow(tf, graph, initialWeights(graph, 1))
  const head = createHead(
    tf as unknown as typeof TfCore,
    HeadSpec.parse({ embedding: 3, margin: 'cosface', s: 8, m: 0.1 }),
    CLASSES,
    1,
  )
  const specs = weightSpecs(graph)
  return {
    networks: new Map([['student', network]]),
    heads: new Map([['head', head]]),
    all: new Map<string, TfCore.Variable>([
      ...specs.map(({ name }): [string, TfCore.Variable] => [`student/${name}`, network.variable(name)]),
      ['head/weight', head.weight],
    ]),
    trainable: new Set([...specs.filter((s) => s.trainable).map(({ name }) => `student/${name}`), 'head/weight']),
    dispose() {
      network.dispose()
      head.dispose()
    },
  }
}

function batchOf(step: number, batch: number, seed: number, value?: number): ViewBatch {
  const places = createOrder(seed, SAMPLES, batch)(step)
  const data = new Float32Array(batch * 8 * 8 * 3)
  for (const [k, { sample }] of places.entries()) {
    const draw = random(seed, sample)
    for (let i = 0; i < 192; i++) data[k * 192 + i] = value ?? draw.normal() * 0.3 + (sample % CLASSES) * ((i % 3) - 1)
  }
  return {
    step,
    epoch: places[0]!.epoch,
    samples: Int32Array.from(places, (p) => p.sample),
    labels: Int32Array.from(places, (p) => p.sample % CLASSES),
    views: { v: { data, size: 8, flipped: new Uint8Array(batch), resolutions: new Int32Array(batch).fill(8) } },
    drawn: {},
  }
}

interface Run {
  readonly ended: string
  readonly losses: number[]
  readonly events: RunEvent[]
  readonly weights: number[]
}
async function run(options: Partial<RunInput> & { value?: number } = {}): Promise<Run> {
  const made = models()
  const events: RunEvent[] = []
  const used = options.recipe ?? recipe()
  try {
    const ended = await runRecipe({
      tf,
      recipe: used,
      models: made,
      samples: SAMPLES,
      classes: CLASSES,
      run: 'a'.repeat(64),
      folder: options.folder ?? folder(),
      openFeed(batch, first) {
        let step = first
        return {
          next: () => Promise.resolve(batchOf(step++, batch, used.seed, options.value)),
          close: () => Promise.resolve(),
        }
      },
      signal: new AbortController().signal,
      checkpointEvery: 1e9,
      ...options,
      tell(event) {
        events.push(event)
        options.tell?.(event)
      },
    })
    const weights = [...made.all.values()].flatMap((v) => [...v.dataSync()])
    return { ended, losses: events.flatMap((e) => (e.kind === 'step' ? [e.loss] : [])), events, weights }
  } finally {
    made.dispose()
  }
}

describe('a run', () => {
  it('learns, and is the same each time', async () => {
    const [a, b] = [await run(), await run()]
    expect(a.ended).toBe('done')
    expect(a.losses).toHaveLength(10)
    expect(a.losses.at(-1)!).toBeLessThan(a.losses[0]! * 0.9)
    expect(a.losses).toEqual(b.losses)
  })

  it('stopped after any step and gone on with, is the run that was never stopped', async () => {
    const whole = await run()
    for (const stop of [1, 4, 9]) {
      const at = folder()
      const first = await run({ folder: at, maxSteps: stop })
      expect(first.ended).toBe('steps')
      const second = await run({ folder: at })
      for (const [i, loss] of [...first.losses, ...second.losses].entries())
        expect(loss).toBeCloseTo(whole.losses[i]!, 6)
      for (const [i, w] of second.weights.entries()) expect(w).toBeCloseTo(whole.weights[i]!, 6)
    }
  })

  it('ends with the averaged weights', async () => {
    const plain = await run({ recipe: recipe({ ema: undefined }) })
    const averaged = await run()
    expect(averaged.losses).toEqual(plain.losses)
    expect(averaged.weights).not.toEqual(plain.weights)
  })

  it('pauses within a step and keeps a checkpoint', async () => {
    const stop = new AbortController()
    const at = folder()
    const paused = await run({
      folder: at,
      signal: stop.signal,
      tell: (e) => e.kind === 'step' && e.step === 3 && stop.abort(),
    })
    expect(paused).toMatchObject({ ended: 'paused', losses: expect.toSatisfy((l: number[]) => l.length === 3) })
    expect(listCheckpoints(path.join(at, 'checkpoints'))).toHaveLength(1)
  })

  it('passes over a damaged checkpoint and says so', async () => {
    const at = folder()
    await run({ folder: at, maxSteps: 2 })
    await run({ folder: at, maxSteps: 2 })
    const [newest, older] = listCheckpoints(path.join(at, 'checkpoints'))
    expect(older).toMatch(/2$/)
    writeFileSync(path.join(newest!, 'variables.f32'), 'nonsense')
    const on = await run({ folder: at, maxSteps: 1 })
    expect(on.events).toContainEqual({ kind: 'note', text: expect.stringMatching(/damaged/) })
    expect(on.events.find((e) => e.kind === 'phase')).toMatchObject({ from: 2 })
  })

  it('is not gone on with by another recipe', async () => {
    const at = folder()
    await run({ folder: at, maxSteps: 1 })
    await expect(run({ folder: at, run: 'b'.repeat(64) })).rejects.toThrow(/another recipe or other data/)
  })

  it('moves nothing where the loss is not a number, and gives up', async () => {
    const at = folder()
    const events: RunEvent[] = []
    const long = recipe({ epochs: 10, ema: undefined })
    await expect(run({ recipe: long, folder: at, value: NaN, tell: (e) => void events.push(e) })).rejects.toThrow(
      /diverged/,
    )
    expect(events.filter((e) => e.kind === 'skipped')).toHaveLength(MAX_SKIPPED)
  })

  it('leaves what a phase does not train as it was, to the bit', async () => {
    const before = models()
    const kept = [...before.all].filter(([name]) => name.startsWith('student/')).flatMap(([, v]) => [...v.dataSync()])
    before.dispose()
    const onlyHead = recipe({ steps: [{ train: ['head'], terms: [term('student')] }] })
    const after = await run({ recipe: onlyHead })
    expect(after.weights.slice(0, kept.length)).toEqual(kept)
    expect(after.weights.length).toBeGreaterThan(kept.length)
  })

  it('trains a part of a network by the beginning of its names', async () => {
    const { weights } = await run({ recipe: recipe({ steps: [{ train: ['student/d'], terms: [term('student')] }] }) })
    const { weights: all } = await run()
    expect(weights.slice(0, 3 * 3 * 3 * 4)).not.toEqual(all.slice(0, 3 * 3 * 3 * 4))
  })

  it('holds as many tensors after 50 steps as after 5', async () => {
    const counts: number[] = []
    await run({
      recipe: recipe({ epochs: 10 }),
      tell: (e) => e.kind === 'step' && counts.push(tf.memory().numTensors),
    })
    expect(counts[49]).toBe(counts[4])
  })
})
