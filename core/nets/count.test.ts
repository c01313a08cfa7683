// Counts are checked against arithmetic done by hand.
import { expect, it } from 'vitest'
import { build } from './build.ts'
import { count } from './count.ts'

it('counts a convolution, its normalisation and a dense layer', () => {
  const g = build('hand')
  let x = g.input([8, 8, 3])
  x = g.conv('c', x, { filters: 4, kernel: 3, stride: 2, pad: 1 }) // 4x4x4; 3*3*3*4 = 108 weights; 16*108 MAC
  x = g.prelu('p', g.batchNorm('b', x)) // 4 + 4 and 4 parameters, 4 + 4 buffers
  x = g.dense('d', g.flatten('f', x, 'chw'), { units: 10 }) // 64*10 + 10 parameters; 640 MAC
  expect(count(g.done({ y: x }))).toEqual({ parameters: 108 + 8 + 4 + 650, buffers: 8, macs: 16 * 108 + 640 })
})

it('counts groups, biases and the Haar low band', () => {
  const g = build('hand')
  let x = g.input([6, 6, 8])
  x = g.conv('dw', x, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }) // 72 + 8; 36*8*9 MAC
  x = g.haarLowPass('h', x) // 3*3*8*4 MAC
  expect(count(g.done({ y: x }))).toEqual({ parameters: 80, buffers: 0, macs: 36 * 72 + 288 })
})

it('counts shared weights once and shared work every time', () => {
  const g = build('hand')
  let x = g.conv('c', g.input([5, 5, 2]), { filters: 2, kernel: 3, pad: 1 })
  x = g.conv('again', x, { filters: 2, kernel: 3, pad: 1 }, 'c')
  expect(count(g.done({ y: x }))).toEqual({ parameters: 36, buffers: 0, macs: 2 * 25 * 36 })
})

it('counts the first unit of an IR network', () => {
  const g = build('IR unit')
  const x = g.input([112, 112, 64])
  let y = g.batchNorm('bn1', x)
  y = g.prelu('act', g.conv('conv1', y, { filters: 64, kernel: 3, pad: 1 }))
  y = g.batchNorm('bn2', g.conv('conv2', y, { filters: 64, kernel: 3, stride: 2, pad: 1 }))
  const skip = g.maxPool('skip', x, { kernel: 1, stride: 2 })
  expect(count(g.done({ y: g.add('sum', y, skip) }))).toEqual({
    parameters: 2 * 36_864 + 2 * 128 + 64,
    buffers: 256,
    macs: (112 * 112 + 56 * 56) * 36_864,
  })
})
