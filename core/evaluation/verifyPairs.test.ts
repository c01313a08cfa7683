// Pairs of flat pictures whose templates are angles: every score, and so every number, is known.
import { describe, expect, it } from 'vitest'
import type { Image8 } from '../images/pixels.ts'
import { cosine, scoreOf, type Embed } from './embedders.ts'
import { alone, angles, faceOf, radians } from './testAngles.ts'
import { verifyPairs, type FacePair } from './verifyPairs.ts'

const load = (key: string | number): Promise<Image8> => Promise.resolve(faceOf(Number(key)))
const pair = (first: number, second: number, same: boolean, fold = 0): FacePair => ({
  first,
  second,
  same,
  fold,
  subjects: same ? [`p${first}`, `p${first}`] : [`p${first}`, `p${second}`],
})

const two = [0, 1].flatMap((fold) => [
  pair(10, 20, true, fold),
  pair(40, 55, true, fold),
  pair(10, 55, false, fold),
  pair(40, 100, false, fold),
])

describe('verification of pairs', () => {
  it('scores by the cosine, embeds each face once per view, and keeps what is at full size', async () => {
    const { embed, seen } = angles()
    const progress: [number, number][] = []
    const { results, scores, embedded } = await verifyPairs(alone(embed), two, load, {
      resolutions: [16, 7, 16],
      resamples: 0,
      progress: (done, total) => progress.push([done, total]),
    })
    expect(results.map((r) => r.resolution)).toEqual([7, 16])
    for (const [i, [a, b]] of [
      [10, 20],
      [40, 55],
      [10, 55],
      [40, 100],
    ].entries())
      expect(scores.get(7)![i]!.score).toBeCloseTo(Math.cos(radians(a! - b!)), 6)
    // Probes 10 and 40 at two sizes, references 20, 55 and 100 once.
    expect(seen.toSorted((a, b) => a - b)).toEqual([10, 10, 20, 40, 40, 55, 100])
    expect(embedded).toBe(7)
    expect(progress.at(-1)).toEqual([7, 7])
    expect(results[0]).toMatchObject({ accuracy: 1, auc: 1, eer: 0, se: 0, seFrom: 'binomial', thresholdFrom: 'folds' })
    expect(results[0]!.pairs).toEqual({ same: 4, different: 4 })
    expect(results[0]!.tarAtFar['0.1']).toMatchObject({ tar: 1, far: 0 })
  })
  it('at full size probe and reference are one view of one network', async () => {
    const { embed, seen } = angles()
    await verifyPairs(alone(embed), two, load, { resolutions: [112], resamples: 0 })
    expect(seen.toSorted((a, b) => a - b)).toEqual([10, 20, 40, 55, 100])
  })
  it('a pair of networks: small faces by one, references by the other', async () => {
    const [probe, gallery] = [angles(), angles(30)]
    const models = { probe: probe.embed, gallery: gallery.embed, sizes: null, second: null }
    const { scores } = await verifyPairs(models, two, load, { resolutions: [7], resamples: 0 })
    expect(scores.get(7)![0]!.score).toBeCloseTo(Math.cos(radians(10 - 50)), 6)
    expect(probe.seen.toSorted((a, b) => a - b)).toEqual([10, 40])
    const small = await verifyPairs(models, two, load, { resolutions: [7], mode: 'lr-lr', resamples: 0 })
    expect(small.scores.get(7)![0]!.score).toBeCloseTo(Math.cos(radians(10)), 6)
    expect(gallery.seen.toSorted((a, b) => a - b)).toEqual([20, 55, 100])
  })
  it('a second score by the probe network counts up to its size and not above', async () => {
    const models = { probe: angles().embed, gallery: angles(30).embed, sizes: null, second: { upTo: 10, weight: 0.25 } }
    const { scores } = await verifyPairs(models, two, load, { resolutions: [10, 11], resamples: 0 })
    expect(scores.get(10)![0]!.score).toBeCloseTo(0.75 * Math.cos(radians(40)) + 0.25 * Math.cos(radians(10)), 6)
    expect(scores.get(11)![0]!.score).toBeCloseTo(Math.cos(radians(40)), 6)
  })
  it('a pair of networks that changes with the size: larger probes by the network of the references', async () => {
    const [probe, gallery] = [angles(), angles(30)]
    const models = { probe: probe.embed, gallery: gallery.embed, sizes: { upTo: 10 }, second: null }
    const options = { resolutions: [10, 11, 112], resamples: 0 }
    const { scores } = await verifyPairs(models, two, load, options)
    expect([10, 11, 112].map((side) => scores.get(side)![0]!.score)).toEqual(
      [40, 10, 10].map((angle) => expect.closeTo(Math.cos(radians(angle)), 6)),
    )
    // At full size probe and reference are one view of one network: only 10 and 40 are new there.
    expect(probe.seen.toSorted((a, b) => a - b)).toEqual([10, 40])
    expect(gallery.seen.toSorted((a, b) => a - b)).toEqual([10, 10, 20, 40, 40, 55, 100])
    const [small, large] = [angles(), angles(30)]
    await verifyPairs({ ...models, probe: small.embed, gallery: large.embed }, two, load, { ...options, mode: 'lr-lr' })
    expect([small.seen.length, large.seen.length]).toEqual([5, 10])
  })
  it('the second score is by the probe network also for a probe that is not', async () => {
    const second = { upTo: 20, weight: 0.25 }
    const models = { probe: angles().embed, gallery: angles(30).embed, sizes: { upTo: 10 }, second }
    const { scores } = await verifyPairs(models, two, load, { resolutions: [11], resamples: 0 })
    expect(scores.get(11)![0]!.score).toBeCloseTo(0.75 * Math.cos(radians(10)) + 0.25 * Math.cos(radians(20)), 6)
  })
  it('both directions: twice the trials, the error of the pairs', async () => {
    const models = { probe: angles().embed, gallery: angles(30).embed, sizes: null, second: null }
    const { scores, results } = await verifyPairs(models, two, load, { resolutions: [7], directions: 2, resamples: 0 })
    const [there, back] = scores.get(7)!.map((p) => p.score)
    expect([there, back]).toEqual([expect.closeTo(Math.cos(radians(40)), 6), expect.closeTo(Math.cos(radians(20)), 6)])
    expect(scores.get(7)).toHaveLength(16)
    expect(results[0]!.pairs).toEqual({ same: 4, different: 4 })
    expect(results[0]!.se).toBeCloseTo(Math.sqrt((results[0]!.accuracy * (1 - results[0]!.accuracy)) / 8))
  })
  it('one fold is halved and says so; intervals stand about the value', async () => {
    const one = Array.from({ length: 40 }, (_, i) => [
      pair(i, i + (i % 5 === 0 ? 90 : 5), true),
      pair(i, i + 80, false),
    ]).flat()
    const { results } = await verifyPairs(alone(angles().embed), one, load, { resolutions: [7], resamples: 200 })
    const [r] = results
    expect(r).toMatchObject({ thresholdFrom: 'halves', accuracy: 0.9, seFrom: 'binomial' })
    const [low, high] = r!.interval95!.accuracy
    expect(low).toBeLessThan(0.9)
    expect(high).toBeGreaterThan(0.9)
    expect(high - low).toBeGreaterThan(2 * r!.se)
  })
  it('a face without a template is refused, and counted', async () => {
    const { results } = await verifyPairs(alone(angles().embed), [...two, pair(255, 10, true)], load, {
      resolutions: [7],
      resamples: 0,
    })
    expect(results[0]).toMatchObject({ failed: 1 })
    expect(results[0]!.tarAtFar['0.1']!.tar).toBeCloseTo(4 / 5)
  })
  it('refuses pairs of one kind, a model without templates, and stops when told', async () => {
    const { embed } = angles()
    const options = { resolutions: [7], resamples: 0 }
    await expect(verifyPairs(alone(embed), two.slice(0, 2), load, options)).rejects.toThrow(/pairs of two/)
    const nothing: Embed = (faces) => Promise.resolve(faces.map(() => null))
    await expect(verifyPairs(alone(nothing), two, load, options)).rejects.toThrow(/no usable numbers/)
    await expect(verifyPairs(alone(embed), two, load, { ...options, signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/i,
    )
  })
})

describe('scores', () => {
  it('cosines of any length of template', () => {
    expect(cosine(Float32Array.of(3, 0), Float32Array.of(2, 2))).toBeCloseTo(Math.SQRT1_2)
    expect(() => cosine(new Float32Array(2), new Float32Array(3))).toThrow(RangeError)
    expect(scoreOf(null, Float32Array.of(1), null, null)).toBe(-2)
    expect(scoreOf(Float32Array.of(0), Float32Array.of(1), null, null)).toBe(-2)
  })
})
