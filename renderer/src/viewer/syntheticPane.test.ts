// Native, bicubic and hallucinated pictures under one camera: the same point of the face at the same place.
import { expect, it } from 'vitest'
import type { Hallucination } from '../../../core/contract/hallucinations.ts'
import { deliverOwn, deliverSynthetic } from './syntheticPane.ts'
import { shownAs } from './record.ts'

const of = { nativeSide: 20, samples: 8, seed: 3, size: 112, model: 'vestige-rim', modelHash: 'a'.repeat(64) }
/** Bounds of a square of 20 px that is turned by 45 degrees. */
const region = { x: 10, y: 40, width: 20 * Math.SQRT2, height: 20 * Math.SQRT2 }
const answer = (side: number, at = region) => ({
  width: side,
  height: side,
  data: new Uint8Array(side * side * 4),
  region: at,
})
const from = { file: 'camera.png', sha256: 'b'.repeat(64) }

it('lays enlarged and made-up faces over the square they came from, as large as its pixels', () => {
  const delivered = [
    deliverOwn('bicubic', answer(448), of as Hallucination, from),
    deliverSynthetic({ part: 'sample', index: 2 }, answer(448), of as Hallucination),
  ]
  for (const { region: plane } of delivered) {
    expect([plane.width, plane.height]).toEqual([20, 20])
    expect(plane.x + 10).toBeCloseTo(region.x + region.width / 2, 9)
    expect(plane.y + 10).toBeCloseTo(region.y + region.height / 2, 9)
  }
})

it('leaves the original’s pixels where they are, one unit each', () => {
  const whole = { x: 9, y: 39, width: 31, height: 31 }
  const { region: plane, record } = deliverOwn('native', answer(31, whole), of as Hallucination, from)
  expect(plane).toEqual(whole)
  expect(record).toMatchObject({ ...from, kind: 'native', scale: 1 })
})

it('names no original of a made-up face', () => {
  const { record } = deliverSynthetic({ part: 'sample', index: 2 }, answer(448), of as Hallucination)
  expect(record).toMatchObject({ title: 'Sample 3 of 8', sha256: null, file: 'made up by vestige-rim with seed 3' })
  expect(shownAs(record, { enlarged: 0.5, perNative: 8, smoothed: true, turned: false })).toBe('made up, shown ×8')
})
