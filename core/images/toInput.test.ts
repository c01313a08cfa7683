// Network inputs in all four combinations of order and layout.
import { expect, test } from 'vitest'
import { picture } from './testPatterns.ts'
import { toInput } from './toInput.ts'

const aligned = picture(2, 2, (x, y) => [10 * (y * 2 + x), 100, 200])
const pixels = { size: 2, mean: [10, 100, 100], scale: [2, 4, 5] } as const
const layout = (channelOrder: 'RGB' | 'BGR', order: 'NCHW' | 'NHWC') => [
  ...toInput(aligned, { ...pixels, mean: [10, 100, 100], scale: [2, 4, 5], channelOrder, layout: order }),
]

test('channel planes or interleaved, red or blue first; mean and scale follow the model’s own order', () => {
  expect(layout('RGB', 'NCHW')).toEqual([-5, 0, 5, 10, 0, 0, 0, 0, 20, 20, 20, 20])
  expect(layout('RGB', 'NHWC')).toEqual([-5, 0, 20, 0, 0, 20, 5, 0, 20, 10, 0, 20])
  expect(layout('BGR', 'NCHW')).toEqual([95, 95, 95, 95, 0, 0, 0, 0, -20, -18, -16, -14])
  expect(layout('BGR', 'NHWC')).toEqual([95, 0, -20, 95, 0, -18, 95, 0, -16, 95, 0, -14])
})

test('the usual range: 0 to -1 and 255 to 1', () => {
  const half = {
    size: 2,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: [127.5, 127.5, 127.5],
    scale: [127.5, 127.5, 127.5],
  } as const
  const black = toInput(
    picture(2, 2, () => [0, 255, 127]),
    { ...half, mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
  )
  expect([black[0], black[4]]).toEqual([-1, 1])
})

test('a picture of another size is a defect', () => {
  const contract = { size: 3, channelOrder: 'RGB', layout: 'NCHW' } as const
  expect(() => toInput(aligned, { ...contract, mean: [0, 0, 0], scale: [1, 1, 1] })).toThrow(RangeError)
})
