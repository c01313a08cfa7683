// One training step: moves what the phase trains and nothing else, guards against what is not finite, and learns.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { build } from '../nets/build.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { createHead } from './heads.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec, Schedule } from './recipe.ts'
import { rateAt } from './schedule.ts'
import { trainStep, type StepContext, type StepPlan } from './step.ts'
import { neededCalls, parseTapPath, tapKey } from './taps.ts'
import { compileTerm } from './terms.ts'

beforeAll(() => tf.setBackend('cpu'))

function tiny(seed: number) {
  const g = build('tiny')
  const x = g.relu('r', g.batchNorm('n', g.conv('c', g.input([6, 6, 1]), { filters: 4, kernel: 3, pad: 1 })))
  const graph = g.done({ embedding: g.dense('d', g.globalAvgPool('p', x), { units: 3 }) })
  return toTensorFlow(tf, graph, initialWeights(graph, seed))
}
const named = (network: ReturnType<typeof tiny>): Map<string, tf.Variable> =>
  new Map(network.variables().map((v, i) => [`v${i}`, v as tf.Variable]))
const sgd = OptimiserSpec.parse({ kind: 'sgd', momentum: 0 })

describe('optimisers step as PyTorch does', () => {
  const run = (spec: object, steps: number, rate: number, gradient: number, start = 1): number => {
    const w = tf.variable(tf.scalar(start))
    const optimiser = createOptimiser(tf, OptimiserSpec.parse(spec), new Map([['w', w]]), () => true)
    for (let i = 0; i < steps; i++) optimiser.step(optimiser.pack(new Map([['w', tf.scalar(gradient)]])), rate)
    return w.dataSync()[0]!
  }
  it('SGD: v = 0.9 v + g + decay w', () => {
    expect(run({ kind: 'sgd', momentum: 0.9 }, 2, 0.1, 1)).toBeCloseTo(1 - 0.1 - 0.19, 6)
    expect(run({ kind: 'sgd', momentum: 0.9, decay: 0.5 }, 2, 0.1, 1)).toBeCloseTo(
      0.85 - 0.1 * (0.9 * 1.5 + 1 + 0.5 * 0.85),
      6,
    )
    expect(run({ kind: 'sgd', momentum: 0.9, nesterov: true }, 1, 0.1, 1)).toBeCloseTo(1 - 0.1 * 1.9, 6)
  })
  it('Adam: the first step is the rate, whatever the gradient; decay is decoupled', () => {
    for (const g of [0.01, 5, -3]) expect(run({ kind: 'adam' }, 1, 0.1, g)).toBeCloseTo(1 - 0.1 * Math.sign(g), 4)
    expect(run({ kind: 'adam', decay: 0.5 }, 1, 0.1, 1)).toBeCloseTo(1 - 0.1 - 0.05, 4)
  })
  it('RMSprop: epsilon outside the root', () =>
    expect(run({ kind: 'rmsprop', epsilon: 1 }, 1, 0.1, 2)).toBeCloseTo(1 - (0.1 * 2) / (Math.sqrt(0.04) + 1), 6))
})

describe('learning rates', () => {
  it('divided by 10 at 16 and 24: from the 17th and the 25th epoch on', () => {
    const s = Schedule.parse({ kind: 'steps', init: 0.1, at: [16, 24] })
    expect([0, 15, 16, 23, 24].map((e) => rateAt(s, e, 0, 1))).toEqual([
      0.1,
      0.1,
      0.1 * 0.1,
      0.1 * 0.1,
      expect.closeTo(0.001, 9),
    ])
  })
  it('a cosine falls from start to end after a linear warm-up', () => {
    const s = Schedule.parse({ kind: 'cosine', init: 1, final: 0.1, warmup: 10 })
    expect(rateAt(s, 0, 0, 110)).toBeCloseTo(0.1)
    expect(rateAt(s, 0, 10, 110)).toBe(1)
    expect(rateAt(s, 0, 60, 110)).toBeCloseTo(0.55)
    expect(rateAt(s, 0, 110, 110)).toBeCloseTo(0.1)
  })
})

describe('what a recipe may say', () => {
  it('reads tap paths and refuses others', () => {
    expect(parseTapPath('student(lr).embedding')).toEqual({
      kind: 'tap',
      model: 'student',
      input: [{ kind: 'view', view: 'lr' }],
      tap: 'embedding',
    })
    for (const path of ['hr', 'hr.parsing', 'a(b(lr).x).y', 'd(b(lr).x + e(hr).x).y', 'h(a(b(lr).x).y)'])
      expect(tapKey(parseTapPath(` ${path.replace('+', ' +  ')} `))).toBe(path)
    expect(parseTapPath('hS(student(lr).embedding).plain')).toMatchObject({ kind: 'head', head: 'hS', logits: 'plain' })
    for (const bad of [
      'student.embedding',
      'student(lr)',
      'h(h(s(v).e))',
      '',
      's(v.parsing).e',
      's(v).e)',
      's(+v).e',
      's(v).e$',
    ])
      expect(() => parseTapPath(bad)).toThrow(/tap path/)
  })
  it('asks each network once for what is wanted of it, after those that it is shown', () => {
    const paths = ['d(f(c(lr).x).y + f(hr).y).e', 'f(c(lr).x).z', 'c(lr).x', 'lr'].map(parseTapPath)
    expect([...neededCalls(paths)].map(([key, { taps, view }]) => [key, [...taps], view])).toEqual([
      ['c(lr)', ['x'], 'lr'],
      ['f(c(lr).x)', ['y', 'z'], undefined],
      ['f(hr)', ['y'], 'hr'],
      ['d(f(c(lr).x).y + f(hr).y)', ['e'], undefined],
    ])
  })
  it('names the unknown loss, and the argument that is missing or too many', () => {
    expect(() => compileTerm({ id: 'a', weight: 1, fn: 'nonsense', args: {} })).toThrow(/no loss "nonsense"/)
    expect(() => compileTerm({ id: 'a', weight: 1, fn: 'cosine', args: { student: 's(v).e' } })).toThrow(/"teacher"/)
    expect(() =>
      compileTerm({ id: 'a', weight: 1, fn: 'cosine', args: { student: 's(v).e', teacher: 't(v).e', T: 3 } }),
    ).toThrow(/not "T"/)
  })
})

describe('a step', () => {
  const images = tf.randomNormal<tf.Rank.R4>([8, 6, 6, 1], 0, 1, 'float32', 3)
  const batch = {
    views: new Map([
      ['lr', images],
      ['hr', images],
    ]),
    labels: tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], 'int32'),
    given: new Map(),
  }
  const cosine = compileTerm({
    id: 'cos',
    weight: 1,
    fn: 'cosine',
    args: { student: 'student(lr).embedding', teacher: 'teacher(hr).embedding' },
  })
  const start = (terms = [cosine], more: Partial<StepPlan> = {}) => {
    const student = tiny(1)
    const teacher = tiny(2)
    const head = createHead(tf, { embedding: 3, margin: 'cosface', s: 8, m: 0.1 }, 2, 1)
    const variables = new Map([...named(student), ['head', head.weight]])
    const context: StepContext = {
      tf,
      networks: new Map([
        ['student', student],
        ['teacher', teacher],
      ]),
      heads: new Map([['head', head]]),
      trainable: new Set(['student']),
      classes: 2,
    }
    const usesHead = terms.some((t) => [...t.paths.values()].flat().some((p) => p.kind === 'head'))
    if (!usesHead) variables.delete('head')
    const plan: StepPlan = { variables, terms, batchNorm: 'train', clip: undefined, ...more }
    return { student, teacher, head, context, plan, optimiser: createOptimiser(tf, sgd, variables, () => true) }
  }
  const values = (network: ReturnType<typeof tiny>): number[][] => network.variables().map((v) => [...v.dataSync()])

  it('moves the student towards the teacher, and leaves the teacher bit for bit', async () => {
    const { teacher, context, plan, optimiser } = start()
    const before = values(teacher)
    const losses: number[] = []
    for (let i = 0; i < 40; i++) losses.push((await trainStep(context, plan, batch, optimiser, 0.5)).loss)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2)
    expect(values(teacher)).toEqual(before)
  })
  it('learns classes through a head, and reports each term unweighted', async () => {
    const term = compileTerm({
      id: 'class',
      weight: 0.5,
      fn: 'classification',
      args: { logits: 'head(student(lr).embedding)' },
    })
    const { context, plan, optimiser } = start([term])
    const first = await trainStep(context, plan, batch, optimiser, 0.1)
    expect(first.terms['class']).toBeCloseTo(first.loss * 2, 5)
    let last = first
    for (let i = 0; i < 60; i++) last = await trainStep(context, plan, batch, optimiser, 0.1)
    expect(last.loss).toBeLessThan(first.loss)
  })
  it('skips a step that is not finite and moves nothing', async () => {
    const { student, context, plan, optimiser } = start()
    const before = values(student)
    const poisoned = {
      ...batch,
      views: new Map([
        ['lr', tf.fill([8, 6, 6, 1], Number.NaN) as tf.Tensor4D],
        ['hr', images],
      ]),
    }
    const { skipped } = await trainStep(context, { ...plan, batchNorm: 'frozen' }, poisoned, optimiser, 0.1)
    expect(skipped).toBe(true)
    expect(values(student)).toEqual(before)
  })
  it('clips the step to the norm that the recipe allows', async () => {
    const { student, context, plan, optimiser } = start([cosine], { clip: 1e-3 })
    const before = values(student).flat()
    const { gradientNorm } = await trainStep(context, plan, batch, optimiser, 1)
    const moved = Math.hypot(
      ...values(student)
        .flat()
        .map((v, i) => v - before[i]!),
    )
    expect(gradientNorm).toBeGreaterThan(1e-3)
    expect(moved).toBeCloseTo(1e-3, 5)
  })
  it('leaves no tensor behind', async () => {
    const { context, plan, optimiser } = start()
    await trainStep(context, plan, batch, optimiser, 0.1)
    const before = tf.memory().numTensors
    for (let i = 0; i < 50; i++) await trainStep(context, plan, batch, optimiser, 0.1)
    expect(tf.memory().numTensors).toBe(before)
  })
})
