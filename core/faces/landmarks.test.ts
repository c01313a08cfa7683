// The landmark network as the trainings ask it: mirrored faces, other sizes, and the licence of the file.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { mirrorPoints, pointAt } from '../datasets/priors/points.ts'
import { resize } from '../images/resample.ts'
import { picture } from '../images/testPatterns.ts'
import { mirrored } from './flip.ts'
import { NETWORK, openLandmarks, type LandmarkFinder } from './landmarks.ts'

/** A drawn face: an oval, eyes of two colours, a nose, a mouth; not the same in a mirror. */
const face = picture(112, 112, (x, y) => {
  const inside = (cx: number, cy: number, rx: number, ry: number): boolean =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1
  if (inside(38, 52, 5, 3)) return [30, 25, 20]
  if (inside(73, 51, 6, 3)) return [60, 70, 110]
  if (inside(58, 71, 4, 7)) return [190, 140, 110]
  if (inside(55, 92, 14, 4)) return [150, 60, 60]
  if (inside(56, 62, 40, 52)) return [224 - (x >> 1), 178 - (x >> 2), 140]
  return [50, 60 + (y >> 1), 90]
})
let finder: LandmarkFinder
beforeAll(async () => {
  finder = await openLandmarks({ threads: 1 })
})
afterAll(() => finder.release())

const greatest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)))

it('finds the points of a drawn face roughly where it has them, and mirrored ones in its mirror image', async () => {
  const [points, other] = await finder.find([face, mirrored(face)])
  expect(points).toHaveLength(136)
  expect(greatest(mirrorPoints(points!), other!)).toBeLessThan(1e-3)
  expect(greatest(points!, other!)).toBeGreaterThan(0.5)
  // The chin below the nose, the nose below the eyes, the eyes beside each other.
  expect(pointAt(points!, 8).y).toBeGreaterThan(pointAt(points!, 33).y)
  expect(pointAt(points!, 33).y).toBeGreaterThan(pointAt(points!, 40).y)
  expect(pointAt(points!, 45).x).toBeGreaterThan(pointAt(points!, 36).x)
})

it('answers in the 112 px frame whatever the size, and the same one by one as together', async () => {
  const large = resize(face, 224, 224, 'bicubic')
  const nine = [face, large, ...Array.from({ length: 7 }, () => face)]
  const together = await finder.find(nine)
  expect(together).toHaveLength(9)
  expect(greatest(together[8]!, (await finder.find([face]))[0]!)).toBeLessThan(1e-3)
  expect(greatest(together[1]!, together[0]!)).toBeLessThan(2)
})

it('is named with its hash in the third-party notices', () => {
  expect(readFileSync(resource('..', 'THIRD-PARTY-NOTICES.md'), 'utf8')).toContain(NETWORK)
})
