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
  const { admit, admitPart } = createAdmission()
  const refused = /^"x.png" is a synthetic face made by Vestige \(.*\); it is no evidence and cannot be imported/
  expect(() => admit('a', 'x.png', { image: marked, declared: false })).toThrow(refused)
  expect(() => admit('b', 'x.png', { image: plain, declared: true })).toThrow(/its metadata says so/)
  expect(() => admitPart('x.png', resize(marked, 224, 224, 'bilinear'))).toThrow(/this face carries the mark/)
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
