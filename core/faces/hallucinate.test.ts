// Samples of made-up faces: the same pixels cut out differently, laid over each other again, the same for the same seed.
import { expect, it } from 'vitest'
import type { FivePoints } from '../contract/common.ts'
import { alignFace, templatePoints } from '../images/align.ts'
import { texture } from '../images/testPatterns.ts'
import { hallucinate, statistics } from './hallucinate.ts'
import type { Hallucinator } from './hallucinator.ts'

/** Makes up what it is shown. */
const mirror = {
  pixels: { size: 112, alignment: 'arcface-112', resampler: 'vestige-bicubic-warp-1' },
  grid: 28,
  run: (face: unknown) =>
    Promise.resolve({ image: face, heatmaps: new Float32Array(28 * 28 * 68), parsing: new Uint8Array(784) }),
} as unknown as Hallucinator
const photograph = texture(120, 90)
/** A face of 28 px whose square begins at (40, 30). */
const points = templatePoints('arcface-112', 112).map(({ x, y }) => ({
  x: 40 + (x + 0.5) / 4,
  y: 30 + (y + 0.5) / 4,
})) as unknown as FivePoints
const made = (seed: number, samples = 6) => hallucinate(mirror, photograph, points, { samples, seed })

it('the first sample is of the points as they are; the others are laid over it', async () => {
  const { faces, mean, spread, nativeSide, region } = await made(1)
  expect([faces.length, nativeSide]).toEqual([6, 28])
  expect(region).toEqual({
    x: expect.closeTo(40),
    y: expect.closeTo(30),
    width: expect.closeTo(28),
    height: expect.closeTo(28),
  })
  expect(faces[0]).toEqual(alignFace(photograph, points, mirror.pixels).data)
  const middle = Array.from({ length: 64 * 64 }, (_, i) => ((24 + Math.floor(i / 64)) * 112 + 24 + (i % 64)) * 3)
  for (const face of faces.slice(1)) {
    expect(face).not.toEqual(faces[0])
    // What is only cut differently comes back to its place: within a few grey levels, resampled twice.
    const apart = middle.reduce((sum, p) => sum + Math.abs(face[p]! - faces[0]![p]!), 0) / middle.length
    expect(apart).toBeLessThan(6)
  }
  expect({ mean, spread }).toEqual(statistics(faces))
})
it('equal seeds make equal faces, others do not', async () => {
  const [a, b, c] = [await made(7), await made(7), await made(8)]
  expect(b.faces).toEqual(a.faces)
  expect(c.faces[1]).not.toEqual(a.faces[1])
  expect(c.faces[0]).toEqual(a.faces[0])
})
it('says how far it is, and stops when it is told to', async () => {
  const told: number[] = []
  const stop = new AbortController()
  const running = hallucinate(mirror, photograph, points, {
    samples: 9,
    seed: 1,
    signal: stop.signal,
    progress: (done) => void (told.push(done) === 3 && stop.abort()),
  })
  await expect(running).rejects.toThrow('abort')
  expect(told).toEqual([1, 2, 3])
})
it('mean and spread of a pixel', () => {
  const { mean, spread } = statistics([Uint8Array.of(10, 0, 0), Uint8Array.of(20, 0, 3)])
  expect([...mean, ...spread]).toEqual([15, 0, 2, expect.closeTo((5 + 1.5) / 3)])
})
