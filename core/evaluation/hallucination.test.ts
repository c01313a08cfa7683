// Measures of made-up faces on faces that a test makes: known answers for perfect, absent and exchanged pictures.
import { expect, it } from 'vitest'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { measureHallucination, meanOf, type TrueFace } from './hallucination.ts'

/** A face is a smooth field of its person's own seed, with a little noise of its own. */
function face(person: number, index: number): TrueFace {
  const [a, b] = [random(person), random(person, index)]
  const waves = Array.from({ length: 6 }, () => [a.uniform(0.5, 4), a.uniform(0.5, 4), a.uniform(0, 6)] as const)
  const data = new Uint8Array(112 * 112 * 3)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [(Math.floor(i / 3) % 112) / 112, Math.floor(i / 336) / 112]
    const value = waves.reduce((sum, [u, v, p]) => sum + 18 * Math.sin(6 * (u * x + v * y) + p + (i % 3)), 128)
    data[i] = Math.min(255, Math.max(0, value + b.normal()))
  }
  return { key: `${person}/${index}`, person: String(person), image: { width: 112, height: 112, data } }
}
const faces = [face(1, 1), face(1, 2), face(2, 1), face(3, 1)]
/** A template is the picture itself on a grid of 8 x 8, less its mean. */
const judge = (pictures: readonly Image8[]) =>
  Promise.resolve(
    pictures.map(({ data }) => {
      const v = Float32Array.from({ length: 64 }, (_, i) => data[((i >> 3) * 14 * 112 + (i & 7) * 14) * 3]!)
      const mean = v.reduce((x, y) => x + y, 0) / 64
      return v.map((x) => x - mean)
    }),
  )
const measure = (make: (enlarged: Image8, side: number) => Promise<Image8>) =>
  measureHallucination(faces, { resolutions: [4, 28], make, judges: { judge } })

it('bicubic pictures gain nothing over themselves', async () => {
  const { results } = await measure((enlarged) => Promise.resolve(enlarged))
  for (const { gain, hallucinated, bicubic } of results) {
    expect(gain.psnr).toEqual({ mean: 0, se: 0 })
    expect(hallucinated).toEqual(bicubic)
  }
  expect(results.map((r) => [r.resolution, r.faces, r.people])).toEqual([
    [4, 4, 3],
    [28, 4, 3],
  ])
  expect(results[1]!.bicubic.psnr.mean).toBeGreaterThan(results[0]!.bicubic.psnr.mean + 6)
})

it('the true faces themselves are perfect, and somebody else’s are told from them', async () => {
  let next = 0
  const { results, scores } = await measure(() => Promise.resolve(faces[next++ % 4]!.image))
  expect(results[0]!.hallucinated).toEqual({ psnr: { mean: Infinity, se: NaN }, ssim: { mean: 1, se: 0 } })
  expect(results[0]!.judged.judge!.hallucinated).toEqual({
    cosine: { mean: 1, se: 0 },
    nearerToOther: { mean: 0, se: 0 },
  })
  expect(scores[0]).toMatchObject({ resolution: 4, way: 'hallucinated', ssim: [1, 1, 1, 1] })
  next = 0
  // Persons 1 (twice), 2 and 3 are shown as 2, 3, 1, 1: nobody is like himself.
  const swapped = [2, 3, 0, 1]
  const wrong = await measure(() => Promise.resolve(faces[swapped[next++ % 4]!]!.image))
  expect(wrong.results[0]!.judged.judge!.hallucinated.nearerToOther.mean).toBe(1)
})

it('a picture of the same person is no other person', async () => {
  let next = 0
  const twin = [1, 0, 2, 3]
  const { results } = await measure(() => Promise.resolve(faces[twin[next++ % 4]!]!.image))
  expect(results[0]!.judged.judge!.hallucinated.nearerToOther.mean).toBe(0)
})

it('a mean and its standard error', () => expect(meanOf([1, 2, 3, 6])).toEqual({ mean: 3, se: Math.sqrt(14 / 3 / 4) }))
