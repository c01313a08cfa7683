// Identification, classification and packs of pairs on flat pictures whose templates are known angles.
import { describe, expect, it } from 'vitest'
import type { Sample } from '../datasets/types.ts'
import type { Image8 } from '../images/pixels.ts'
import { classify } from './classify.ts'
import { embedGallery, identify, type NamedFace } from './identify.ts'
import { identificationResult } from './identificationResult.ts'
import { embedMatrix } from './matrix.ts'
import { packPairs } from './packPairs.ts'
import { readProtocol, type IdentificationProtocol } from './protocol.ts'
import { selectFaces, selectPeople } from './select.ts'
import { alone, angles, faceOf, radians } from './testAngles.ts'

const load = (key: string | number): Promise<Image8> => Promise.resolve(faceOf(Number(key), 20))
const face = (degrees: number, subject: string): NamedFace => ({ key: degrees, subject })
const gallery = [face(10, 'a'), face(50, 'b'), face(90, 'c'), face(130, 'nobody')]

describe('identification', () => {
  it('ranks by the angle; a probe without a template has a mate and never finds it', async () => {
    const { embed, seen } = angles()
    const full = await embedGallery(alone(embed), gallery, load)
    // 12 is nearest to a; 75 is nearest to c, then b; 115 to c; 255 has no template.
    const probes = [face(12, 'a'), face(75, 'b'), face(115, 'b'), face(255, 'c'), face(31, 'z')]
    const { outcomes, failed } = await identify(alone(embed), probes, gallery, full, load, { side: 'native' })
    expect(outcomes[0]!.map((o) => o!.rank)).toEqual([1, 2, 3, Infinity, null])
    expect(outcomes[0]![1]).toMatchObject({ averagePrecision: 0.5 })
    expect(outcomes[0]![1]!.top).toBeCloseTo(Math.cos(radians(15)), 6)
    expect(outcomes[0]![1]!.mate).toBeCloseTo(Math.cos(radians(25)), 6)
    expect(failed).toBe(1)
    expect(seen).toHaveLength(4 + 5)

    const all = outcomes[0]!.flatMap((o) => (o ? [o] : []))
    const numbers = {
      group: 'all',
      resolution: 'native',
      ranks: [1, 3],
      fpirs: [0],
      gallery: 4,
      resamples: 50,
    } as const
    const result = identificationResult(all, all, numbers)
    expect(result).toMatchObject({ accuracy: 0.25, rank: { 1: 0.25, 3: 0.75 }, probes: { mated: 4, unmated: 1 } })
    expect(result.map).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 0) / 4)
    expect(result.cmc).toEqual([0.25, 0.5, 0.75, 0.75])
    // The unmated probe's best score is cos 19° (b); only the first probe's mate scores higher.
    expect(result.openSet!['0']).toMatchObject({ fpir: 0, fnir: 0.75 })
    expect(result.interval95!.accuracy[0]).toBeLessThanOrEqual(0.25)
  })
  it('people outside a part are neither searched nor enrolled', async () => {
    const { embed } = angles()
    const full = await embedGallery(alone(embed), gallery, load)
    const part = { probes: (s: string) => s !== 'a', gallery: (s: string) => s !== 'c' }
    const probes = [face(12, 'a'), face(75, 'b'), face(88, 'c')]
    const { outcomes } = await identify(alone(embed), probes, gallery, full, load, { side: 8, parts: [part] })
    expect(outcomes[0]!.map((o) => o && o.rank)).toEqual([null, 1, null])
    expect(outcomes[0]![0]).toBeNull()
  })
  it("a second score uses the gallery shrunk to the probe's own side", async () => {
    const probe = angles()
    const models = { probe: probe.embed, gallery: angles(30).embed, sizes: null, second: { upTo: 20, weight: 0.5 } }
    const full = await embedGallery(models, gallery, load)
    const { outcomes } = await identify(models, [face(12, 'a')], gallery, full, load, { side: 'native' })
    const expected = 0.5 * Math.cos(radians(28)) + 0.5 * Math.cos(radians(2))
    expect(outcomes[0]![0]!.mate).toBeCloseTo(expected, 6)
    expect(probe.seen).toEqual([12, 10, 50, 90, 130])
    const above = { ...models, second: { upTo: 19, weight: 0.5 } }
    const plain = await identify(above, [face(12, 'a')], gallery, full, load, { side: 'native' })
    expect(plain.outcomes[0]![0]!.mate).toBeCloseTo(Math.cos(radians(28)), 6)
  })
  it('each probe goes through the network for its own side', async () => {
    const [probe, large] = [angles(), angles(30)]
    const models = { probe: probe.embed, gallery: large.embed, sizes: { upTo: 19 }, second: null }
    const full = await embedGallery(models, gallery, load)
    const native = [face(12, 'a'), face(54, 'b')]
    const of = (key: string | number): Promise<Image8> => (key === 54 ? Promise.resolve(faceOf(54, 19)) : load(key))
    const { outcomes } = await identify(models, native, gallery, full, of, { side: 'native' })
    // 12 is 20 px: by the gallery's network, 2° from its mate; 54 is 19 px: by its own, 26° from 50 + 30.
    expect(outcomes[0]!.map((o) => o!.mate)).toEqual(
      [2, 26].map((angle) => expect.closeTo(Math.cos(radians(angle)), 6) as number),
    )
    const shrunk = await identify(models, native, gallery, full, of, { side: 8 })
    expect(shrunk.outcomes[0]![0]!.mate).toBeCloseTo(Math.cos(radians(28)), 6)
  })
})

describe('which faces a protocol means', () => {
  const sample = (identity: string, more: Partial<Sample>): Sample => ({ identity, name: identity, ...more })
  it('SCface: mugshots of the test people, five visible cameras by distance, five draws', () => {
    const protocol = readProtocol('scface') as IdentificationProtocol
    const people = Array.from({ length: 130 }, (_, i) => String(i + 1).padStart(3, '0'))
    const samples = people.flatMap((id) => [
      sample(id, { camera: 'frontal' }),
      sample(id, { camera: 'L1' }),
      ...[1, 2, 3].flatMap((d) =>
        [1, 2, 3, 4, 5, 6, 7].map((c) => sample(id, { camera: `cam${c}`, distance: `d${d}` })),
      ),
    ])
    const faces = selectFaces(samples, protocol)
    expect([faces.gallery.length, faces.groups.map((g) => [g.name, g.probes.length])]).toEqual([
      130,
      [
        ['d1', 650],
        ['d2', 650],
        ['d3', 650],
      ],
    ])
    const { closed, open, draws } = selectPeople(faces, protocol)
    expect(people.filter((p) => closed.probes(p))).toEqual(people.slice(50))
    expect(faces.groups[0]!.probes.filter((p) => closed.probes(p.subject))).toHaveLength(400)
    expect(open).toBeNull()
    expect(draws.map((part) => people.filter((p) => part.gallery(p)).length)).toEqual([80, 80, 80, 80, 80])
    expect(people.filter((p) => draws[0]!.gallery(p))).not.toEqual(people.filter((p) => draws[1]!.gallery(p)))
  })
  it('TinyFace: distractors are enrolled and never mates', () => {
    const protocol = readProtocol('tinyface') as IdentificationProtocol
    const samples = [
      sample('test/1', { split: 'probe' }),
      sample('test/1', { split: 'gallery' }),
      sample('distractor', { split: 'distractor' }),
      sample('train/1', { split: 'train' }),
    ]
    const faces = selectFaces(samples, protocol)
    expect(faces.gallery.map((f) => f.key)).toEqual([1, 2])
    expect(faces).toMatchObject({ distractors: 1, groups: [{ probes: [{ key: 0, subject: 'test/1' }] }] })
  })
  it('folder: first pictures are enrolled; half of the people leave the open gallery', () => {
    const protocol = readProtocol('folder-identification') as IdentificationProtocol
    const samples = ['a', 'a', 'b', 'b', 'b', 'c', 'd', 'd'].map((name) => sample(name, {}))
    const faces = selectFaces(samples, protocol)
    expect(faces.gallery.map((f) => f.key)).toEqual([0, 2, 5, 6])
    expect(faces.groups[0]!.probes.map((f) => f.key)).toEqual([1, 3, 4, 7])
    const { open } = selectPeople(faces, protocol)
    expect(['a', 'b', 'c', 'd'].filter((name) => open!.gallery(name))).toHaveLength(2)
    expect(() => selectFaces([sample('a', {})], protocol)).toThrow(/no pictures for "all"/)
  })
  it('AR: groups by the number of the picture', () => {
    const protocol = readProtocol('ar') as IdentificationProtocol
    const samples = Array.from({ length: 26 }, (_, i) => sample('m-001', { index: i + 1 }))
    expect(selectFaces(samples, protocol).groups.map((g) => g.probes.map((f) => Number(f.key) + 1))).toEqual([
      [5, 6, 7, 18, 19, 20],
      [8, 9, 10, 21, 22, 23],
      [11, 12, 13, 24, 25, 26],
    ])
  })
})

describe('classification on frozen templates', () => {
  it('separates what a line can separate, where the nearest centroid cannot', async () => {
    // Class 0: 10° and 14°, class 1: 40°, 44° and 160°: its centroid lies at 72°, so that 40° is nearer to the other's.
    const training = [10, 14, 40, 44, 160]
    const labels = Int32Array.of(0, 0, 1, 1, 1)
    const test = [12, 40, 158, 255]
    const wanted = Int32Array.of(0, 1, 1, 1)
    const { embed } = angles()
    const a = await embedMatrix((faces) => embed(faces), training, load)
    const b = await embedMatrix((faces) => embed(faces), test, load)
    const first = classify(a, labels, b, wanted, { classes: 2, epochs: 200 })
    expect(first.softmax).toEqual([true, true, true, false])
    expect(first.nearestCentroid).toEqual([true, false, true, false])
    expect(classify(a, labels, b, wanted, { classes: 2, epochs: 200 })).toEqual(first)
  })
})

describe('packs of pairs', () => {
  it('equal pictures are one face, and who must be one person is one', async () => {
    const values = [1, 2, 1, 3, 4, 5, 2, 6]
    const dataset = {
      samples: values.map((v) => ({ identity: `x${v}`, name: `x${v}` })),
      pairs: [
        { a: 0, b: 1, same: true },
        { a: 2, b: 3, same: false },
        { a: 4, b: 5, same: true },
        { a: 6, b: 7, same: false },
      ],
      decode: (i: number) => Promise.resolve(faceOf(values[i]!, 8)),
    }
    const pairs = await packPairs(dataset, 2)
    expect(pairs.map((p) => [p.first, p.second, p.fold])).toEqual([
      [0, 1, 0],
      [0, 3, 0],
      [4, 5, 1],
      [1, 7, 1],
    ])
    const [one, two, , four] = pairs
    expect(one!.subjects[0]).toBe(one!.subjects[1])
    expect(two!.subjects[0]).toBe(one!.subjects[0])
    expect(four!.subjects[0]).toBe(one!.subjects[1])
    expect(new Set(pairs.flatMap((p) => p.subjects)).size).toBe(4)
  })
})
