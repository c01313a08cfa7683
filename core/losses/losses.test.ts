// Every loss against its published or hand-computed numbers, finite differences, and the laws it must obey.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { absolute, l2Normalise, stopGradient } from './basics.ts'
import { cosineRegression, haarLowBand, similarityPreserving, softTarget, waveletSimilarity } from './distillation.ts'
import { logExp, lpDistance } from './logExp.ts'
import { arcface, arcfaceLogits, cosface } from './marginSoftmax.ts'
import { allNear, finite, gradient, near, t, value, type Rows } from './testNumbers.ts'

beforeAll(() => tf.setBackend('cpu'))

const COS = [
  [0.8, 0.3, -0.2],
  [0.1, 0.6, 0.5],
]
const HOT = [
  [1, 0, 0],
  [0, 1, 0],
]
describe('margin softmax', () => {
  it.each([
    [
      'ArcFace s 64 m 0.5',
      arcface,
      { s: 64, m: 0.5 },
      11.424038816,
      [
        [-0.032045541, 0.02112684, 0],
        [0, -39.588854903, 31.999999995],
      ],
    ],
    [
      'ArcFace s 10 m 0.5',
      arcface,
      { s: 10, m: 0.5 },
      1.946731324,
      [
        [-1.841411806, 1.205872546, 0.008125105],
        [0.087511194, -6.019312815, 4.7779493],
      ],
    ],
    [
      'ArcFace s 32 m 0.35',
      arcface,
      { s: 32, m: 0.35 },
      3.371897002,
      [
        [-0.008582074, 0.006145108, 1e-9],
        [4.412e-5, -19.1221727, 15.981097938],
      ],
    ],
    [
      'CosFace s 48 m 0.4',
      cosface,
      { s: 48, m: 0.4 },
      7.204098315,
      [
        [-0.195901707, 0.195901707, 0],
        [1.1e-7, -23.999986623, 23.999986512],
      ],
    ],
    [
      'CosFace s 10 m 0.4',
      cosface,
      { s: 10, m: 0.4 },
      1.690478032,
      [
        [-1.351318929, 1.342274753, 0.009044176],
        [0.085739128, -4.766936887, 4.681197759],
      ],
    ],
  ] as const)('%s: value and gradient', (_name, loss, options, mean, grads) => {
    near(value(loss(tf, t(COS), t(HOT), options)), mean)
    allNear(
      gradient((c) => loss(tf, c, t(HOT), options), COS),
      grads as unknown as Rows,
    )
  })
  it('ArcFace stays monotone past π - m, with the fallback value', () => {
    const logits = arcfaceLogits(tf, t([[-0.95, 0]]), t([[1, 0]]), { s: 1, m: 0.5 })
    near(value(logits), -1.189712769)
    const curve = Array.from({ length: 199 }, (_, i) =>
      value(arcfaceLogits(tf, t([[-0.99 + i / 100, 0]]), t([[1, 0]]), { s: 1, m: 0.5 })),
    )
    for (let i = 1; i < curve.length; i++) expect(curve[i]).toBeGreaterThan(curve[i - 1] ?? 0)
  })
  it('has a finite gradient at cosine 1 and -1', () => {
    for (const g of gradient(
      (c) => arcface(tf, c, t(HOT), { s: 32, m: 0.35 }),
      [
        [1, -1, 0],
        [-1, 1, 0],
      ],
    ))
      expect(Number.isFinite(g)).toBe(true)
  })
})

describe('soft targets', () => {
  const teacher = [
    [2, 1, 0.1],
    [0.5, -1, 3],
  ]
  const student = [
    [1.5, 1.2, 0.3],
    [0, 0, 2],
  ]
  it.each([
    [
      4,
      0.181960911,
      [
        [-0.083627864, 0.046498254, 0.037129611],
        [-0.014365978, 0.161534808, -0.147168834],
      ],
    ],
    [
      1,
      0.065745105,
      [
        [-0.084644078, 0.060177665, 0.024466413],
        [0.015955711, 0.04493123, -0.060886941],
      ],
    ],
  ])('T = %d: value and gradient', (T, mean, grads) => {
    near(value(softTarget(tf, t(student), t(teacher), { T })), mean)
    allNear(
      gradient((s) => softTarget(tf, s, t(teacher), { T }), student),
      grads,
    )
  })
  it('is 0 for equal logits, never negative, and blind to a constant added to a row', () => {
    near(value(softTarget(tf, t(student), t(student), { T: 4 })), 0, 1e-6)
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: -50, max: 50 }),
        (v, shift) => {
          const s = [v.slice(0, 3).map((x) => x / 10), v.slice(3).map((x) => x / 10)]
          const plain = value(softTarget(tf, t(s), t(teacher), { T: 2 }))
          expect(plain).toBeGreaterThanOrEqual(-1e-6)
          near(
            value(softTarget(tf, t(s.map((row) => row.map((x) => x + shift / 10))), t(teacher), { T: 2 })),
            plain,
            1e-4,
          )
        },
      ),
      { numRuns: 30 },
    )
  })
  it('sends no gradient to the teacher', () =>
    expect(gradient((z) => softTarget(tf, t(student), z, { T: 4 }), teacher)).toEqual([0, 0, 0, 0, 0, 0]))
})

describe('wavelet similarity', () => {
  const rows = Array.from({ length: 16 }, (_, i) => i + 1)
  const one = tf.tensor4d(rows, [1, 4, 4, 1])
  it('the Haar low band is half the sum of each block', () =>
    expect([...haarLowBand(tf, one).dataSync()]).toEqual([7, 11, 23, 27]))
  it('sum form 14.25, mean form 12.75', () => {
    const plusEye = tf.add(one, tf.reshape(tf.eye(4), [1, 4, 4, 1]))
    const corner = tf.tensor4d([1, 2, 5, 6], [1, 2, 2, 1])
    near(value(waveletSimilarity(tf, [plusEye, tf.mul(corner, 0.5)], [one, corner], { reduction: 'sum' })), 14.25)
    near(value(waveletSimilarity(tf, [plusEye, tf.mul(corner, 0.5)], [one, corner])), 12.75)
  })
  it('does not see a checkerboard, which has no low band', () => {
    const checker = tf.tensor4d(
      rows.map((_, i) => ((i + Math.floor(i / 4)) % 2 === 0 ? 1 : -1)),
      [1, 4, 4, 1],
    )
    near(value(waveletSimilarity(tf, [tf.add(one, checker)], [one])), 0, 1e-6)
  })
})

describe('LogExp', () => {
  const x = [
    [0.1, -0.2, 0.05, 0.4],
    [0, 0.3, -0.1, 0.2],
  ]
  const y = [
    [0, 0.1, 0.05, 0.15],
    [0.1, 0.1, -0.3, 0.2],
  ]
  it.each([
    [
      1,
      0.123786312,
      0.413627361,
      [
        [0.079437599, -0.097025302, 0, 0.092293322],
        [-0.089243196, 0.098628985, 0.098628985, 0],
      ],
    ],
    [
      2,
      0.01522615,
      0.057855423,
      [
        [0.010802963, -0.03510813, 0, 0.028463176],
        [-0.011565406, 0.023835251, 0.023835251, 0],
      ],
    ],
  ] as const)('p = %d: paper form, code form, gradient (0 where equal)', (p, paper, code, grads) => {
    near(value(logExp(tf, t(x), t(y), { p })), paper)
    near(value(logExp(tf, t(x), t(y), { p, normalise: 'code' })), code)
    allNear(
      gradient((a) => logExp(tf, a, t(y), { p }), x),
      grads as unknown as Rows,
    )
  })
  it('after normalising the rows: 0.266044044', () =>
    near(value(logExp(tf, l2Normalise(tf, t(x)), l2Normalise(tf, t(y)), { p: 1 })), 0.266044044))
  it('L1 and L2 of the same family', () => {
    near(value(lpDistance(tf, t(x), t(y), { p: 1 })), (0.1625 + 0.125) / 2)
    near(value(lpDistance(tf, t(x), t(y), { p: 2 })), (0.0203125 + 0.01125) / 2)
  })
  it('is 0 for equals, symmetric, grows with each difference, and lies between max d / D and Σ d / D', () => {
    const row = fc.array(
      fc.integer({ min: -100, max: 100 }).map((n) => n / 100),
      { minLength: 5, maxLength: 5 },
    )
    fc.assert(
      fc.property(row, row, (a, b) => {
        const d = a.map((v, i) => Math.abs(v - (b[i] ?? 0)))
        const loss = value(logExp(tf, t([a]), t([b]), { p: 1 }))
        near(value(logExp(tf, t([b]), t([a]), { p: 1 })), loss)
        expect(loss).toBeLessThanOrEqual(d.reduce((s, v) => s + v, 0) / 5 + 1e-6)
        expect(loss).toBeGreaterThanOrEqual(Math.max(...d) / 5 - 1e-6)
        for (const g of gradient((u) => logExp(tf, u, t([b]), { p: 1 }), [a]))
          expect(Math.abs(g)).toBeLessThanOrEqual(1 / 5 + 1e-6)
      }),
      { numRuns: 40 },
    )
  })
  it('one dimension: |d|^p / p exactly', () => {
    near(value(logExp(tf, t([[0.7]]), t([[0.2]]), { p: 1 })), 0.5)
    near(value(logExp(tf, t([[0.7]]), t([[0.2]]), { p: 2 })), 0.125)
  })
})

describe('regression to a teacher', () => {
  it('is 0 in the same direction, 1 at a right angle, 2 opposite; weights choose the samples', () => {
    const teacher = t([
      [2, 0],
      [2, 0],
      [2, 0],
    ])
    near(
      value(
        cosineRegression(
          tf,
          t([
            [5, 0],
            [0, 3],
            [-1, 0],
          ]),
          teacher,
        ),
      ),
      1,
    )
    near(
      value(
        cosineRegression(
          tf,
          t([
            [5, 0],
            [0, 3],
            [-1, 0],
          ]),
          teacher,
          tf.tensor1d([1, 0, 0]),
        ),
      ),
      0,
      1e-6,
    )
  })
  it('keeping similarities: 0 for a rotated copy', () =>
    near(
      value(
        similarityPreserving(
          tf,
          t([
            [0, 1],
            [-1, 0],
          ]),
          t([
            [1, 0],
            [0, 1],
          ]),
        ),
      ),
      0,
      1e-6,
    ))
})

describe('autodiff agrees with finite differences', () => {
  const at = [
    [0.31, -0.52, 0.73],
    [-0.24, 0.45, 0.66],
  ]
  const other = t([
    [0.1, 0.2, -0.3],
    [0.5, -0.1, 0.2],
  ])
  it.each([
    ['arcface', (x: tf.Tensor) => arcface(tf, x, t(HOT), { s: 8, m: 0.35 })],
    ['cosface', (x: tf.Tensor) => cosface(tf, x, t(HOT), { s: 8, m: 0.4 })],
    ['softTarget', (x: tf.Tensor) => softTarget(tf, x, other, { T: 2 })],
    ['logExp 1', (x: tf.Tensor) => logExp(tf, x, other, { p: 1 })],
    ['logExp 2', (x: tf.Tensor) => logExp(tf, x, other, { p: 2 })],
    ['cosineRegression', (x: tf.Tensor) => cosineRegression(tf, x, other)],
    ['similarityPreserving', (x: tf.Tensor) => similarityPreserving(tf, x, other)],
    [
      'waveletSimilarity',
      (x: tf.Tensor) =>
        waveletSimilarity(tf, [tf.tile(tf.reshape(x, [1, 2, 3, 1]), [1, 1, 2, 1])], [tf.zeros([1, 2, 6, 1])]),
    ],
  ])('%s', (_name, f) => allNear(gradient(f, at), finite(f, at), 3e-3))
})

describe('traps of the tensor library', () => {
  it('stopGradient stops, and d/da Σ a·sg(a) = a', () =>
    expect(gradient((a) => tf.sum(tf.mul(a, stopGradient(tf, a))), [[1, -2, 3]])).toEqual([1, -2, 3]))
  it('|x| has slope 0 at 0', () => expect(gradient((x) => tf.sum(absolute(tf, x)), [[0, 2, -2]])).toEqual([0, 1, -1]))
  it('normalising a zero row gives zeros and a finite gradient', () => {
    expect([...l2Normalise(tf, t([[0, 0]])).dataSync()]).toEqual([0, 0])
    for (const g of gradient((x) => tf.sum(l2Normalise(tf, x)), [[0, 0]])) expect(Number.isFinite(g)).toBe(true)
  })
})
