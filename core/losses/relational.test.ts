// GDRD's losses against its specification's numbers, finite differences, and what they must not care about.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { random } from '../images/random.ts'
import { l2Normalise, meanSquare } from './basics.ts'
import { drawPairing, relationalContrast, relationalCritic, type Pairing } from './relational.ts'
import { allNear, finite, gradient, near, t, value, type Rows } from './testNumbers.ts'

beforeAll(() => tf.setBackend('cpu'))

const OPTIONS = { tau: 0.4, nOverM: 0.5 }
const POSITIVE = [[0.9, 0.5]]
const NEGATIVE = [[0.1, -0.3]]
const row = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1])
const critic = (positive: tf.Tensor, negative: tf.Tensor): tf.Scalar =>
  relationalCritic(tf, row(positive), row(negative), OPTIONS)

it('generative regression is the mean square of the specification', () => {
  const S = [
    [1, 0, 2],
    [0.5, 0.5, 0.5],
  ]
  const T = [
    [0.5, 0.5, 1],
    [0.5, 0, 1],
  ]
  near(value(meanSquare(tf, t(S), t(T))), 1 / 3)
  allNear(
    gradient((s) => meanSquare(tf, s, t(T)), S),
    [
      [1 / 6, -1 / 6, 1 / 3],
      [0, 1 / 6, -1 / 6],
    ],
  )
})

describe('the critic of relations', () => {
  it('has the value and the gradients of the specification, per anchor', () => {
    near(value(critic(t(POSITIVE), t(NEGATIVE))), 1.061189657)
    allNear(
      gradient((u) => critic(u, t(NEGATIVE)), POSITIVE),
      [[-0.12515349 / 2, -0.313256282 / 2]],
    )
    allNear(
      gradient((u) => critic(t(POSITIVE), u), NEGATIVE),
      [[1.799337336 / 2, 1.214476556 / 2]],
    )
    const half = relationalCritic(tf, row(t(POSITIVE)), row(t(NEGATIVE)), OPTIONS, tf.tensor1d([1, 0]))
    near(value(half), (0.051357924 + 0.133877181 + 1.272019462) / 2)
  })
  it('is -log q and -log(1 - q) of the formula as printed, and tends the right way', () => {
    const one = (u: number, v: number): number => value(critic(t([[u]]), t([[v]])))
    fc.assert(
      fc.property(fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }), (u, v) => {
        const q = (x: number): number => Math.exp(x / 0.4) / (Math.exp(x / 0.4) + 0.5)
        expect(one(u, v)).toBeCloseTo(-Math.log(q(u)) - Math.log(1 - q(v)), 4)
        expect(one(Math.min(1, u + 0.1), v)).toBeLessThanOrEqual(one(u, v))
        expect(one(u, Math.max(-1, v - 0.1))).toBeLessThanOrEqual(one(u, v))
      }),
      { numRuns: 50 },
    )
    near(one(0, 0), Math.log(1.5) + Math.log(3))
  })
})

const W1 = [
  [1, -0.5],
  [-0.5, 1],
  [0.3, 0.4],
]
const W2 = [
  [1, 0, 0.2],
  [0.5, 1, -0.3],
]
const V1 = [
  [0.8, -0.4],
  [-0.6, 0.9],
  [0.2, 0.5],
]
const V2 = [
  [1, 0.1, 0.1],
  [0.4, 0.9, -0.2],
]
const TEACHER = [
  [1, 0],
  [0, 1],
  [0.6, 0.8],
]
const STUDENT = [
  [0.9, 0.2],
  [0.1, 0.8],
  [0.5, 0.9],
]
const PAIRING: Pairing = { partner: [1, 2, 0], negative: { anchor: [1, 2, 0], partner: [2, 0, 1] } }
const relation =
  (first: Rows, second: Rows) =>
  (x: tf.Tensor): tf.Tensor =>
    l2Normalise(
      tf,
      tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, t(first), false, true)), t(second), false, true) as tf.Tensor,
    )
const relations = { teacher: relation(W1, W2), mixed: relation(V1, V2) }
const whole = (student: tf.Tensor, teacher: Rows = TEACHER, more: object = {}): tf.Scalar =>
  relationalContrast(tf, t(teacher), student, relations, { ...OPTIONS, pairing: PAIRING, ...more })

describe('relational contrast', () => {
  it('has the value of the specification', () => near(value(whole(t(STUDENT))), 2.460671433))
  it('has the gradient of its differences, and none towards the teacher', () => {
    allNear(gradient(whole, STUDENT), finite(whole, STUDENT, 2e-3), 5e-3)
    expect(
      gradient((x) => relationalContrast(tf, x, t(STUDENT), relations, { ...OPTIONS, pairing: PAIRING }), TEACHER),
    ).toEqual(new Array(6).fill(0))
  })
  it('stays as it is where the batch and its pairs change their order together', () => {
    const moved = [2, 0, 1]
    const back = moved.map((_, i) => moved.indexOf(i))
    // Position k holds what moved[k] held.
    const carried = (of: readonly number[]): number[] => moved.map((from) => back[of[from]!]!)
    const { partner, negative } = PAIRING
    const pairing = {
      partner: carried(partner),
      negative: { anchor: carried(negative.anchor), partner: carried(negative.partner) },
    }
    const order = (rows: Rows): Rows => moved.map((from) => rows[from]!)
    near(value(whole(t(order(STUDENT)), order(TEACHER), { pairing })), 2.460671433)
  })
  it('leaves out negatives whose partners are one person', () => {
    // Partners of the negatives are 2, 0, 1 against 1, 2, 0: the first pair is of the people 1 and 2.
    const people = (ids: number[]) => tf.tensor1d(ids, 'int32')
    near(value(whole(t(STUDENT), TEACHER, { people: people([7, 8, 9]) })), 2.460671433)
    const negatives = [0.543251278, 0.987440632, 0.410528803].map((u) => Math.log1p(2 * Math.exp(u / 0.4)))
    const masked = 2.460671433 - negatives[0]! / 3
    near(value(whole(t(STUDENT), TEACHER, { people: people([7, 8, 8]) })), masked)
  })
  it('with the same anchor, compares it with another partner of its own', () => {
    const pairing = { partner: [1, 2, 0], negative: { anchor: [0, 1, 2], partner: [2, 0, 1] } }
    const unit = (v: number[]): number[] => v.map((x) => x / Math.hypot(...v))
    const apply = (m: Rows, v: number[]): number[] => m.map((r) => r.reduce((sum, w, i) => sum + w * v[i]!, 0))
    const of = (a: Rows, b: Rows, x: number[], y: number[]): number[] =>
      unit(apply(b, apply(a, x.map((v, i) => v - y[i]!)).map((v) => Math.max(0, v)))) // prettier-ignore
    const dot = (x: number[], y: number[]): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0)
    const expected = [0, 1, 2].reduce((sum, i) => {
      const mine = of(W1, W2, TEACHER[i]!, TEACHER[pairing.partner[i]!]!)
      const u = dot(mine, of(V1, V2, TEACHER[i]!, STUDENT[pairing.partner[i]!]!))
      const v = dot(mine, of(V1, V2, TEACHER[i]!, STUDENT[pairing.negative.partner[i]!]!))
      return sum + Math.log1p(0.5 * Math.exp(-u / 0.4)) + Math.log1p(2 * Math.exp(v / 0.4))
    }, 0)
    near(value(whole(t(STUDENT), TEACHER, { pairing })), expected / 3)
  })
})

describe('pairs', () => {
  it('are the same for the same seed, never of a face with itself, never of a pair with itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 40 }),
        fc.nat(),
        fc.constantFrom('shifted', 'sameAnchor'),
        (n, seed, kind) => {
          const { partner, negative } = drawPairing(n, random(seed), kind)
          expect(drawPairing(n, random(seed), kind)).toEqual({ partner, negative })
          expect([...partner].sort((a, b) => a - b)).toEqual(partner.map((_, i) => i))
          for (const i of partner.keys()) {
            expect(partner[i]).not.toBe(i)
            expect(negative.partner[i]).not.toBe(negative.anchor[i])
            expect([negative.anchor[i], negative.partner[i]]).not.toEqual([i, partner[i]])
            expect(negative.anchor[i] === i).toBe(kind === 'sameAnchor')
          }
        },
      ),
    )
    expect(() => drawPairing(1, random(1))).toThrow(/among 1 faces/)
    expect(() => drawPairing(2, random(1), 'sameAnchor')).toThrow(/among 2 faces/)
  })
  it('of all sorts come up', () => {
    const seen = new Set(Array.from({ length: 200 }, (_, seed) => drawPairing(5, random(seed)).partner.join('')))
    expect(seen.size).toBe(24)
  })
})
