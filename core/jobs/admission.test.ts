// What is marked or says so is refused with a sentence; everything else passes, and is looked at once.
import { expect, test } from 'vitest'
import { blank, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { markSynthetic } from '../images/synthetic/mark.ts'
import { createAdmission } from './admission.ts'

const plain: Image8 = {
  ...blank(112, 112),
  data: Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => 128 + 60 * Math.sin(i / 500) + 20 * Math.cos(i / 47)),
}
const marked = markSynthetic(plain)

test('by its pixels, by its word, and within a larger picture', () => {
  const { admit, admitFace } = createAdmission()
  const refused = /^"x.png" is a synthetic face made by Vestige \(.*\); it is no evidence and cannot be imported/
  expect(() => admit('a', 'x.png', { image: marked, declared: false })).toThrow(refused)
  expect(() => admit('b', 'x.png', { image: plain, declared: true })).toThrow(/its metadata says so/)
  // A marked face that is too small for the search of a picture of twelve megapixels fills its own box.
  const wall = blank(4000, 3000, [120, 118, 115])
  const small = resize(marked, 128, 128, 'bicubic')
  for (let y = 0; y < 128; y++)
    wall.data.set(small.data.subarray(y * 384, (y + 1) * 384), ((900 + y) * 4000 + 1700) * 3)
  expect(() => admitFace('x.png', wall, { x: 1725, y: 925, width: 78, height: 80 })).toThrow(
    /a face in it carries the mark/,
  )
  expect(() => admitFace('x.png', wall, { x: -500, y: 10, width: 80, height: 80 })).not.toThrow()
  expect(() => admit('c', 'x.png', { image: plain, declared: false })).not.toThrow()
})

test('a picture that was admitted is known by its hash', () => {
  const { admit } = createAdmission()
  admit('a', 'x.png', { image: plain, declared: false })
  let read = 0
  const watched = { width: 112, height: 112, get data() { return (read++, plain.data) } } // prettier-ignore
  admit('a', 'x.png', { image: watched, declared: false })
  expect(read).toBe(0)
  admit('b', 'x.png', { image: watched, declared: false })
  expect(read).toBeGreaterThan(0)
})
