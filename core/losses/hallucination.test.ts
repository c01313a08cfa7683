// The losses of face hallucination and residual distillation: published numbers, finite differences, laws.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { initialWeights } from '../nets/initialise.ts'
import { rimResNet } from '../nets/rim/resnet.ts'
import { toTensorFlow, type TfNetwork } from '../nets/tensorflow.ts'
import { heatmapDistance, parsingCrossEntropy, pixel } from './hallucination.ts'
import { discrepancy } from './mkmmd.ts'
import { residualAssistant, residualStudent } from './residual.ts'
import { allNear, finite, gradient, near, t, value, type Rows } from './testNumbers.ts'

beforeAll(() => tf.setBackend('cpu'))

/** exp(-((j - x)² + (i - y)²) / 2σ²), [1, side, side, points]: what the networks are asked to draw. */
function drawn(points: readonly (readonly [x: number, y: number])[], side: number, sigma: number): tf.Tensor4D {
  const values: number[] = []
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++)
      for (const [x, y] of points) values.push(Math.exp(-((j - x) ** 2 + (i - y) ** 2) / (2 * sigma ** 2)))
  return tf.tensor4d(values, [1, side, side, points.length])
}
const small = fc.integer({ min: -20, max: 20 }).map((n) => n / 10)
const rows = (n: number, d: number) =>
  fc.array(fc.array(small, { minLength: d, maxLength: d }), { minLength: n, maxLength: n })

describe('pixels', () => {
  const [a, b] = [
    [
      [0.5, -0.25],
      [1, 0],
    ],
    [
      [0.25, -0.5],
      [0.5, 0.5],
    ],
  ]
  it('sum 0.625, mean 0.15625', () => {
    near(value(pixel(tf, t(a), t(b), { reduction: 'sum' })), 0.625)
    near(value(pixel(tf, t(a), t(b))), 0.15625)
  })
  it('does not see what is added to both, and grows with the square', () => {
    near(value(pixel(tf, tf.add(t(a), 3), tf.add(t(b), 3))), 0.15625)
    near(value(pixel(tf, tf.mul(t(a), 3), tf.mul(t(b), 3))), 9 * 0.15625)
  })
})

describe('heatmaps', () => {
  const target = drawn(
    [
      [1, 2],
      [2.5, 0.5],
    ],
    4,
    1.3,
  )
  const predicted = tf.mul(tf.ones([1, 4, 4, 2]), tf.tensor1d([0.1, 0.2]))
  it('paper form, mean form and summed variant', () => {
    near(value(heatmapDistance(tf, predicted, target, { variant: 'paper' })), 2.789472632)
    near(value(heatmapDistance(tf, predicted, target)), 0.17434204)
    near(value(heatmapDistance(tf, predicted, target, { variant: 'summed' })), 0.436094958)
  })
  it.each(['perChannel', 'paper', 'summed'] as const)('%s: 0 for the exact target', (variant) =>
    expect(value(heatmapDistance(tf, target, target, { variant }))).toBe(0),
  )
  it('a landmark that is moved by d costs what the integral of two Gaussians says', () => {
    const [side, sigma] = [24, 1.3]
    for (const d of [0.5, 1, 2]) {
      const exact = (2 * Math.PI * sigma ** 2 * (1 - Math.exp(-(d ** 2) / (4 * sigma ** 2)))) / side ** 2
      near(value(heatmapDistance(tf, drawn([[12 + d, 11]], side, sigma), drawn([[12, 11]], side, sigma))), exact, 1e-5)
    }
  })
  it('the summed variant does not know whose landmark is whose; the others do', () => {
    const swapped = drawn(
      [
        [2.5, 0.5],
        [1, 2],
      ],
      4,
      1.3,
    )
    near(value(heatmapDistance(tf, swapped, target, { variant: 'summed' })), 0, 1e-6)
    expect(value(heatmapDistance(tf, swapped, target))).toBeGreaterThan(0.1)
  })
  it('counts only faces that have landmarks', () => {
    const both = tf.concat([predicted, tf.fill([1, 4, 4, 2], 7)], 0)
    const targets = tf.concat([target, tf.zeros([1, 4, 4, 2])], 0)
    for (const [variant, alone] of [
      ['perChannel', 0.17434204],
      ['summed', 0.436094958],
    ] as const)
      near(value(heatmapDistance(tf, both, targets, { variant }, tf.tensor1d([1, 0]))), alone)
    near(value(heatmapDistance(tf, both, targets, {}, tf.tensor1d([0, 0]))), 0)
  })
})

describe('parsing', () => {
  const logits = [
    [2, 0.5, -1],
    [0, 1, 1],
    [3, -1, 0],
  ]
  const labels = tf.tensor1d([0, 2, 1], 'int32')
  it('1.723063335, and a third of it as printed in the paper', () => {
    near(value(parsingCrossEntropy(tf, t(logits), labels)), 1.723063335)
    near(value(parsingCrossEntropy(tf, t(logits), labels, { divideByC: true })), 0.574354445)
    ;[0.241311297, 0.861994804, 4.065883904].forEach((each, i) =>
      near(value(parsingCrossEntropy(tf, t([logits[i]!]), tf.tensor1d([labels.dataSync()[i]!], 'int32'))), each),
    )
  })
  it('uniform logits give ln 11', () =>
    near(value(parsingCrossEntropy(tf, tf.zeros([2, 3, 3, 11]), tf.zeros([2, 3, 3], 'int32'))), Math.log(11)))
  it('ignored pixels contribute nothing, neither to the value nor to the gradient', () => {
    const masked = tf.tensor1d([0, 255, 1], 'int32')
    near(value(parsingCrossEntropy(tf, t(logits), masked)), (0.241311297 + 4.065883904) / 2)
    expect(
      gradient((z) => parsingCrossEntropy(tf, z, masked), logits)
        .slice(3, 6)
        .map(Math.abs),
    ).toEqual([0, 0, 0])
    near(value(parsingCrossEntropy(tf, t(logits), labels, { ignore: 2 })), (0.241311297 + 4.065883904) / 2)
    near(value(parsingCrossEntropy(tf, t(logits), tf.fill([3], 255, 'int32'))), 0)
  })
  it('is blind to a constant added to a pixel', () =>
    near(value(parsingCrossEntropy(tf, tf.add(t(logits), t([[5], [-3], [40]])), labels)), 1.723063335))
})

describe('discrepancy of two clouds', () => {
  const x = [
    [0, 0],
    [1, 0],
    [0, 1],
  ]
  const y = [
    [1, 1],
    [2, 1],
    [1, 2],
  ]
  it('biased, unbiased, with a fixed width, and its gradient', () => {
    near(value(discrepancy(tf, t(x), t(y))), 0.631747481)
    near(value(discrepancy(tf, t(x), t(y), { biased: false })), 0.316706476)
    near(value(discrepancy(tf, t(x), t(y), { bandwidth: 1 })), 0.706259954)
    allNear(
      gradient((a) => discrepancy(tf, a, t(y)), x),
      [
        [0.001964389, 0.001964389],
        [-0.218517832, -0.156190156],
        [-0.156190156, -0.218517832],
      ],
    )
  })
  it('is 0 for one cloud twice, and where all vectors are one, with gradients of zero', () => {
    near(value(discrepancy(tf, t(x), t(x))), 0, 1e-6)
    const same = [
      [3, 4],
      [3, 4],
    ]
    expect(value(discrepancy(tf, t(same), t(same)))).toBe(0)
    expect(gradient((a) => discrepancy(tf, a, t(same)), same).map(Math.abs)).toEqual([0, 0, 0, 0])
  })
  it('is symmetric, from 0 to 2, and the same after moving, scaling and reordering', () => {
    fc.assert(
      fc.property(rows(4, 3), rows(3, 3), small, (a, b, move) => {
        const loss = value(discrepancy(tf, t(a), t(b)))
        expect(loss).toBeGreaterThanOrEqual(-1e-6)
        expect(loss).toBeLessThanOrEqual(2)
        near(value(discrepancy(tf, t(b), t(a))), loss)
        near(value(discrepancy(tf, tf.mul(t(a), 3), tf.mul(t(b), 3))), loss, 1e-4)
        near(value(discrepancy(tf, tf.add(t(a), 10 * move), tf.add(t(b), 10 * move))), loss, 1e-4)
        near(value(discrepancy(tf, tf.reverse(t(a), 0), t(b))), loss)
      }),
      { numRuns: 30 },
    )
  })
  it('grows with the distance of two Gaussian clouds', () => {
    const cloud = (seed: number) => tf.randomNormal([40, 8], 0, 1, 'float32', seed)
    const at = (d: number): number => value(discrepancy(tf, cloud(1), tf.add(cloud(2), d)))
    const values = [0, 0.5, 1, 2, 4].map(at)
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]! + 0.01)
  })
  it('both clouds receive gradients that cancel out', () => {
    const [dx, dy] = tf.grads((a: tf.Tensor, b: tf.Tensor) => discrepancy(tf, a, b))([t(x), t(y)])
    near(value(tf.sum(tf.add(tf.sum(dx!), tf.sum(dy!)))), 0, 1e-6)
    expect(Math.max(...tf.abs(dy!).dataSync())).toBeGreaterThan(0.1)
  })
})

describe('residual distillation', () => {
  const [teacher, student, assistant] = [
    [t([[1, 2, 3, 4]]), t([[0.5, -0.5]])],
    [t([[0.5, 2.5, 2, 4]]), t([[0.25, 0.25]])],
    [t([[0.25, -0.25, 0.5, 0]]), t([[0.1, -0.6]])],
  ]
  it('student 0.625 and 0.3125 on the embedding, assistant 0.42 and 0.11625', () => {
    near(value(residualStudent(tf, [teacher[1]!], [student[1]!], { reduction: 'sum' })), 0.625)
    near(value(residualStudent(tf, [teacher[1]!], [student[1]!])), 0.3125)
    near(value(residualAssistant(tf, teacher, student, assistant, { reduction: 'sum' })), 0.42)
    near(value(residualAssistant(tf, teacher, student, assistant)), 0.11625)
  })
  const cosine = (a: Rows, b: Rows): number => {
    const dot = (u: Rows, v: Rows): number => u.flat().reduce((sum, each, i) => sum + each * v.flat()[i]!, 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }
  it('the assistant repairs the direction', () => {
    near(cosine([[0.5, -0.5]], [[0.25, 0.25]]), 0)
    near(cosine([[0.5, -0.5]], [[0.25 + 0.1, 0.25 - 0.6]]), 1)
  })
  it('an assistant that is the whole residual has nothing left to learn, and the sum is the teacher', () => {
    fc.assert(
      fc.property(rows(2, 5), rows(2, 5), (f, s) => {
        const rest = tf.sub(t(f), t(s))
        near(value(residualAssistant(tf, [t(f)], [t(s)], [rest])), 0, 1e-12)
        const fused = tf.add(t(s), rest).arraySync() as Rows
        if (f.flat().some((v) => Math.abs(v) > 0.5)) near(cosine(f, fused), 1)
      }),
      { numRuns: 20 },
    )
  })
  it('the gradient reaches the assistant alone; the student has its own', () => {
    const at: Rows = [[0.2, -0.7, 0.4]]
    const other = t([[1, 0.5, -0.25]])
    expect(gradient((s) => residualAssistant(tf, [other], [s], [tf.zerosLike(s)]), at)).toEqual([0, 0, 0])
    expect(gradient((f) => residualAssistant(tf, [f], [other], [tf.zerosLike(f)]), at)).toEqual([0, 0, 0])
    expect(gradient((f) => residualStudent(tf, [f], [other]), at)).toEqual([0, 0, 0])
    for (const g of gradient((a) => residualAssistant(tf, [other], [tf.zerosLike(other)], [a]), at))
      expect(g).not.toBe(0)
  })
  it('through networks: the assistant is moved, the student keeps every weight', () => {
    const graph = rimResNet({ depth: 18, width: 0.125, input: 16, embedding: 8 })
    const [s, a] = [1, 2].map((seed) => toTensorFlow(tf as never, graph, initialWeights(graph, seed))) as [
      TfNetwork,
      TfNetwork,
    ]
    const x = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 3) as never
    const stages = ['s1', 's2', 's3', 's4', 'embedding']
    const of = (net: TfNetwork): tf.Tensor[] => {
      const taps = net.apply(x, { training: true, updateStatistics: false })
      return stages.map((tap) => taps[tap] as unknown as tf.Tensor)
    }
    const target = of(s).map((each, i) => tf.add(each, 1 + i))
    const loss = (): tf.Scalar => residualAssistant(tf, target, of(s), of(a))
    const largest = (net: TfNetwork): number => {
      const { grads } = tf.variableGrads(loss, net.variables() as unknown as tf.Variable[])
      return Math.max(...Object.values(grads).map((g) => value(tf.max(tf.abs(g)))))
    }
    expect(largest(s)).toBe(0)
    expect(largest(a)).toBeGreaterThan(0.01)
  })
  it('refuses outputs that do not belong together', () =>
    expect(() => residualStudent(tf, teacher, [student[0]!])).toThrow('differ in the number of outputs'))
})

describe('autodiff agrees with finite differences', () => {
  const map = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [1, 2, 1, 3])
  const other = t([
    [0.1, 0.2, -0.3],
    [0.5, -0.1, 0.2],
  ])
  const labels = tf.tensor1d([2, 0], 'int32')
  const losses: [string, (x: tf.Tensor) => tf.Tensor][] = [
    ['pixel', (x) => pixel(tf, x, other)],
    ['pixel, sum', (x) => pixel(tf, x, other, { reduction: 'sum' })],
    ['heatmaps', (x) => heatmapDistance(tf, map(x), map(other))],
    ['heatmaps, paper', (x) => heatmapDistance(tf, map(x), map(other), { variant: 'paper' })],
    ['heatmaps, summed', (x) => heatmapDistance(tf, map(x), map(other), { variant: 'summed' })],
    ['parsing', (x) => parsingCrossEntropy(tf, x, labels)],
    // The width is held still, as it is in the gradient.
    ['discrepancy', (x) => discrepancy(tf, x, other, { bandwidth: 1.5 })],
    ['discrepancy, unbiased', (x) => discrepancy(tf, other, x, { bandwidth: 1.5, biased: false })],
    ['residual, student', (x) => residualStudent(tf, [other], [x])],
    ['residual, assistant', (x) => residualAssistant(tf, [other], [tf.neg(other)], [x])],
  ]
  const points: Rows[] = [3, 5, 8].map((seed) =>
    [0, 1].map((i) => [0, 1, 2].map((j) => Math.sin(seed * (3 * i + j + 1)))),
  )
  it.each(losses)('%s', (_name, f) => {
    for (const at of points) allNear(gradient(f, at), finite(f, at), 3e-3)
  })
})
