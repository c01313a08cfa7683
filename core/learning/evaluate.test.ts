// Whole protocols on small sets in their published layouts, with a recogniser whose answers are known.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { put, temporary } from '../datasets/testFaces.ts'
import { checkProtocol, readProtocol, type IdentificationProtocol } from '../evaluation/protocol.ts'
import { alone, angles, faceOf } from '../evaluation/testAngles.ts'
import type { Image8 } from '../images/pixels.ts'
import type { EvaluationRequest } from './evaluate.ts'
import { evaluateClassification } from './evaluateClassification.ts'
import { evaluateIdentification } from './evaluateIdentification.ts'
import { leakOf, nameHash } from './evaluateLeak.ts'

let place: ReturnType<typeof temporary>
beforeEach(() => (place = temporary()))
afterEach(() => place.remove())
const contender = (turn = 0) => ({ what: 'angles', embedders: alone(angles(turn).embed) })
const request = (): EvaluationRequest => ({ data: place.folder, resamples: 0 }) as unknown as EvaluationRequest

/** Runs a protocol of identification on files of flat pictures. */
async function identification(protocol: IdentificationProtocol, files: Record<string, Image8>) {
  await put(place.folder, files)
  const closers: (() => Promise<void>)[] = []
  const result = await evaluateIdentification(request(), protocol, contender(), { turned: contender(3) }, closers)
  for (const close of closers) await close()
  return result
}

describe('identification', () => {
  it('SCface: rank-1 by distance, their mean, and drawn parts', async () => {
    const shipped = readProtocol('scface') as IdentificationProtocol
    const protocol = { ...shipped, people: { from: '002', to: '004', draws: { count: 3, size: 2, seed: 1 } } }
    const files: Record<string, Image8> = {}
    for (let person = 1; person <= 4; person++) {
      const id = `00${person}`
      files[`${id}_frontal.png`] = faceOf(person * 40)
      for (let camera = 1; camera <= 5; camera++) {
        // d3: exact; d2: one camera shows the next person's angle (the first's for 004); d1: everybody looks like 001.
        files[`${id}_cam${camera}_3.png`] = faceOf(person * 40)
        files[`${id}_cam${camera}_2.png`] = faceOf(camera === 1 ? ((person % 4) + 1) * 40 : person * 40 + 2)
        files[`${id}_cam${camera}_1.png`] = faceOf(40)
      }
      files[`${id}_cam6_1.png`] = faceOf(person * 40)
    }
    const { results, averages, draws, baselines, data } = await identification(protocol, files)
    expect(results.map((r) => [r.group, r.accuracy, r.gallery, r.probes.mated])).toEqual([
      // Without 001, an angle of 40° is nearest to 002.
      ['d1', 1 / 3, 3, 15],
      // 002 is taken for 003 and 003 for 004 once; 004 looks like 40° once, which is nearest to 002.
      ['d2', 0.8, 3, 15],
      ['d3', 1, 3, 15],
    ])
    expect(averages).toEqual([{ resolution: 'native', accuracy: expect.closeTo((1 / 3 + 0.8 + 1) / 3) }])
    expect(draws.map((d) => [d.group, d.count])).toEqual([
      ['d1', 3],
      ['d2', 3],
      ['d3', 3],
    ])
    expect(draws[0]).toMatchObject({ mean: 0.5, sd: 0 })
    expect(baselines['turned']![2]!.accuracy).toBe(1)
    expect(data).toMatchObject({ gallery: 4, probes: 60, identities: 4 })
  })
  it('TinyFace: mates among distractors', async () => {
    const { results, data } = await identification(readProtocol('tinyface') as IdentificationProtocol, {
      'Training_Set/1/1_1.png': faceOf(1, 20),
      'Testing_Set/Probe/1_1.png': faceOf(10, 20),
      'Testing_Set/Probe/2_1.png': { ...faceOf(80, 20), height: 10, data: faceOf(80, 20).data.slice(0, 600) },
      'Testing_Set/Gallery_Match/1_2.png': faceOf(12, 20),
      'Testing_Set/Gallery_Match/1_3.png': faceOf(40, 20),
      'Testing_Set/Gallery_Match/2_2.png': faceOf(90, 20),
      'Testing_Set/Gallery_Distractor/x.png': faceOf(78, 20),
      'Testing_Set/Gallery_Distractor/y.png': faceOf(77, 20),
    })
    expect(results[0]).toMatchObject({ accuracy: 0.5, rank: { 1: 0.5, 5: 1 }, gallery: 5, openSet: null })
    // Person 1: mates at 2° and 30°: both before anyone else. Person 2: its mate is third.
    expect(results[0]!.map).toBeCloseTo((1 + 1 / 3) / 2)
    expect(data).toMatchObject({ distractors: 2, probes: 2 })
  })
  it('folder per person: closed and open set at two sizes', async () => {
    const protocol = checkProtocol(
      { ...readProtocol('folder-identification'), resolutions: [8, 112], fpirs: [0] },
      'test',
    ) as IdentificationProtocol
    const files = Object.fromEntries(
      [10, 50, 90, 130].flatMap((angle, i) => [
        [`p${i}/1.png`, faceOf(angle)],
        [`p${i}/2.png`, faceOf(angle + 5)],
      ]),
    )
    const { results } = await identification(protocol, files)
    expect(results.map((r) => [r.resolution, r.accuracy])).toEqual([
      [8, 1],
      [112, 1],
    ])
    // Of the open set's four probes two have mates at 5°; the others are at least 35° from anyone.
    expect(results[0]!.openSet!['0']).toMatchObject({ fpir: 0, fnir: 0 })
    expect(results[0]!.probes).toEqual({ mated: 4, unmated: 2 })
  })
})

it('UCCS: a softmax on frozen templates of the training pictures', async () => {
  const protocol = readProtocol('uccs-180')
  if (protocol.kind !== 'classification') throw new Error(protocol.kind)
  await put(place.folder, {
    'train/a/1.png': faceOf(10),
    'train/a/2.png': faceOf(14),
    'train/b/1.png': faceOf(60),
    'train/b/2.png': faceOf(64),
    'test/a/1.png': faceOf(12),
    'test/b/1.png': faceOf(58),
    'test/b/2.png': faceOf(11),
  })
  const closers: (() => Promise<void>)[] = []
  const [small, large] = [angles(), angles()]
  const pair = { what: 'pair', embedders: { ...alone(small.embed), gallery: large.embed, sizes: { upTo: 8 } } }
  const { results, baselines } = await evaluateClassification(request(), protocol, contender(), { pair }, closers)
  for (const close of closers) await close()
  expect(baselines['pair']).toEqual(results)
  expect([small.seen.length, large.seen.length]).toEqual([7, 14])
  expect(results.map((r) => [r.resolution, r.accuracy, r.nearestCentroid])).toEqual(
    [8, 16, 32].map((px) => [px, 2 / 3, 2 / 3]),
  )
  expect(results[0]).toMatchObject({ classes: 2, train: 4, test: 3 })
})

describe('leaks', () => {
  it('finds declared people by name and by hash, and pictures of a training set', async () => {
    const people = ['Jose Muller', 'Ann_Lee', 'person 7', '012']
    expect(await leakOf(people, null, null)).toMatchObject({ declared: null, shared: [], audit: null })
    const leak = await leakOf(people, [nameHash('José Müller'), 'ann lee', 'someone'], null)
    expect(leak).toMatchObject({ declared: 3, shared: ['Jose Muller', 'Ann_Lee'] })
    expect(leak.says).toMatch(/^2 of 2 named people are among the 3/)
  })
})
