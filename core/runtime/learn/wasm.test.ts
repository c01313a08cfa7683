// The gradients added to the WebAssembly backend equal those of the plain JavaScript backend.
import { beforeAll, expect, it } from 'vitest'
import * as tf from '@tensorflow/tfjs'
import { normal } from '../../nets/initialise.ts'
import { openBackend } from './backend.ts'
import { answers, small, worst } from './testGradients.ts'

beforeAll(() => openBackend('wasm'))

const random = (shape: number[], seed: number) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, normal(seed)), shape)

/** Largest difference of the gradients of f by its two tensors between the two backends, relative to the largest gradient. */
async function difference(
  f: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor,
  shapes: [number[], number[]],
): Promise<number> {
  const on = async (backend: string): Promise<Float32Array[]> => {
    await tf.setBackend(backend)
    return tf.tidy(() => {
      const loss = (x: tf.Tensor, w: tf.Tensor) => {
        const y = f(x as tf.Tensor4D, w as tf.Tensor4D)
        return tf.sum(tf.mul(y, random(y.shape, 3)))
      }
      return tf
        .grads(loss)([random(shapes[0], 1), random(shapes[1], 2)])
        .map((g) => g.dataSync() as Float32Array)
    })
  }
  const [left, right] = [await on('cpu'), await on('wasm')]
  return Math.max(
    ...left.map((a, k) => {
      const error = Math.max(...a.map((v, i) => Math.abs(v - right[k]![i]!)))
      return error / Math.max(...a.map(Math.abs))
    }),
  )
}

type Pad = 'same' | 'valid' | number
it.each<[number, number, number, number, Pad]>([
  [9, 8, 3, 1, 'same'],
  [9, 8, 3, 2, 'same'],
  [8, 9, 3, 2, 1],
  [8, 9, 3, 2, 'valid'],
  [8, 8, 1, 2, 'valid'],
  [8, 7, 1, 1, 'same'],
  [9, 9, 5, 3, 'valid'],
  [10, 10, 4, 2, 'same'],
  [7, 7, 7, 1, 'valid'],
  [8, 8, 2, 3, 'valid'],
  [6, 6, 1, 1, 1],
])('conv2d and depthwiseConv2d, %i x %i, kernel %i, stride %i, pad %s', async (h, w, k, stride, pad) => {
  const conv = (x: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2d(x, f, stride, pad)
  expect(
    await difference(conv, [
      [2, h, w, 3],
      [k, k, 3, 5],
    ]),
  ).toBeLessThan(1e-4)
  const depthwise = (x: tf.Tensor4D, f: tf.Tensor4D) => tf.depthwiseConv2d(x, f, stride, pad)
  expect(
    await difference(depthwise, [
      [2, h, w, 3],
      [k, k, 3, 1],
    ]),
  ).toBeLessThan(1e-4)
  expect(
    await difference(depthwise, [
      [2, h, w, 3],
      [k, k, 3, 2],
    ]),
  ).toBeLessThan(1e-4)
})

it.each<[number, number, Pad]>([
  [2, 2, 'same'],
  [3, 2, 'same'],
  [4, 2, 'same'],
  [3, 1, 'same'],
])('conv2dTranspose, kernel %i, stride %i', async (k, stride, pad) => {
  const f = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, [2, 5 * stride, 4 * stride, 3], stride, pad)
  expect(
    await difference(f, [
      [2, 5, 4, 6],
      [k, k, 3, 6],
    ]),
  ).toBeLessThan(1e-4)
})

it('trains a stack of layers as the plain JavaScript backend does, and leaves nothing behind', async () => {
  const graph = small([9, 9, 3], (g, x) => {
    const stem = g.prelu('p', g.batchNorm('b', g.conv('c', x, { filters: 8, kernel: 3, stride: 2, pad: 1 })))
    const depth = g.relu6('r', g.conv('d', stem, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }))
    return g.l2Normalise('n', g.dense('e', g.flatten('f', g.add('s', stem, depth), 'hwc'), { units: 6, bias: true }))
  })
  await tf.setBackend('wasm')
  const before = tf.memory().numTensors
  const here = await answers(tf, graph)
  expect(tf.memory().numTensors).toBe(before)
  await tf.setBackend('cpu')
  const [error, name] = worst(await answers(tf, graph), here)
  expect(error, name).toBeLessThan(1e-4)
})
