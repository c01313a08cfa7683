// Of several faces in a reference photograph the largest near the middle is enrolled.
import { expect, test } from 'vitest'
import { chooseFace, severalFaces } from './chooseFace.ts'

const face = (x: number, size: number, kind: 'template' | 'insufficient' = 'template') => ({
  box: { x, y: 40, width: size, height: size },
  outcome: kind === 'template' ? { kind, vector: new Float32Array() } : { kind, reason: 'flat' },
})
const photograph = { width: 200, height: 100 }

test('the largest, where it is much larger', () => {
  const faces = [face(90, 20), face(0, 60)]
  expect(chooseFace(faces, photograph)).toBe(faces[1])
})
test('the one in the middle, among faces of like size', () => {
  const faces = [face(0, 30), face(88, 28), face(160, 30)]
  expect(chooseFace(faces, photograph)).toBe(faces[1])
})
test('one with a template rather than a larger one without', () => {
  const faces = [face(80, 60, 'insufficient'), face(0, 20)]
  expect(chooseFace(faces, photograph)).toBe(faces[1])
})
test('none of none, and no remark on one', () => {
  expect(chooseFace([], photograph)).toBeNull()
  expect(severalFaces(1)).toBe('')
  expect(severalFaces(3)).toContain('3 faces were found')
})
