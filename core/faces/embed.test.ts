// Templates: unit length, the same alone and in company, and a recorded reason where there is none.
import { describe, expect, test } from 'vitest'
import type { FivePoints } from '../contract/common.ts'
import type { ModelCard } from '../contract/models.ts'
import { nativeSide } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { lowResolutionCopy } from '../images/resample.ts'
import { createRecogniser } from './embed.ts'
import { mirrored, unit } from './flip.ts'
import { createPair } from './pair.ts'
import { expectedPoints } from './tightCrop.ts'

const card = {
  name: 'Means of quarters',
  role: 'recogniser',
  embedding: 4,
  pixels: {
    size: 8,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: [0, 0, 0],
    scale: [255, 255, 255],
    resampler: 'vestige-bilinear-warp-1',
    alignment: 'arcface-112',
  },
} as unknown as ModelCard

/** A "network" whose embedding is the mean red of the four quarters; counts its runs. */
function quarters(batch: number | string, spoil = (values: Float32Array) => values) {
  const runs: number[] = []
  const session = {
    inputs: [{ name: 'x', dims: [batch, 3, 8, 8], type: 'float32' }],
    outputs: [{ name: 'y', dims: [batch, 4], type: 'float32' }],
    async run(feeds: Record<string, { dims: number[]; data: Float32Array }>) {
      const { dims, data } = feeds.x!
      runs.push(dims[0]!)
      const out = new Float32Array(dims[0]! * 4)
      for (let n = 0; n < dims[0]!; n++)
        for (let i = 0; i < 64; i++) out[n * 4 + (i >> 5) * 2 + ((i & 7) >> 2)]! += data[n * 192 + i]! / 16
      return { y: { dims: [dims[0]!, 4], data: spoil(out) } }
    },
  } as unknown as OnnxSession
  return { session, runs }
}

const image: Image8 = {
  width: 40,
  height: 30,
  data: Uint8Array.from({ length: 3600 }, (_, i) => (i * i * 7) % 251),
}
const face = (x: number) => ({
  box: { x, y: 2, width: 16, height: 20 },
  points: expectedPoints({ width: 20, height: 20, data: new Uint8Array(1200) }).map((p) => ({
    x: p.x + x,
    y: p.y + 2,
  })) as never,
})

describe('a template', () => {
  test('has unit length', async () => {
    const outcome = await createRecogniser(quarters(1).session, card).embed(image, face(3).box, face(3).points)
    if (outcome.kind !== 'template') throw new Error(outcome.reason)
    expect(Math.hypot(...outcome.vector)).toBeCloseTo(1, 6)
  })

  test('is the same alone, in a free batch and in a filled-up fixed one', async () => {
    const faces = Array.from({ length: 11 }, (_, k) => face(k))
    const alone = createRecogniser(quarters(1).session, card)
    const free = quarters('N')
    const fixed = quarters(4)
    const expected = await Promise.all(faces.map((f) => alone.embed(image, f.box, f.points)))
    expect(await createRecogniser(free.session, card).embedMany(image, faces)).toEqual(expected)
    expect(await createRecogniser(fixed.session, card).embedMany(image, faces)).toEqual(expected)
    expect(free.runs).toEqual([8, 3])
    expect(fixed.runs).toEqual([4, 4, 4])
  })

  test('with flip-sum does not change when the face is mirrored', async () => {
    const aligned: Image8 = { width: 8, height: 8, data: image.data.slice(0, 192) }
    const both = createRecogniser(quarters('N').session, card, { augmentation: 'flip-sum' })
    const plain = createRecogniser(quarters('N').session, card)
    const [a, b] = await both.templates([aligned, mirrored(aligned)])
    a!.forEach((value, i) => expect(value).toBeCloseTo(b![i]!, 6))
    const [c, d] = await plain.templates([aligned, mirrored(aligned)])
    expect(c![0]).toBeCloseTo(d![1]!, 6)
    expect(c).not.toEqual(d)
  })
})

describe('no template', () => {
  test('stands for a face beside which others have theirs', async () => {
    const recogniser = createRecogniser(quarters('N').session, card)
    const small = { ...face(3), box: { x: 3, y: 2, width: 5, height: 6 } }
    const kinds = (await recogniser.embedMany(image, [face(1), small, face(9)])).map((o) => o.kind)
    expect(kinds).toEqual(['template', 'insufficient', 'template'])
  })

  test('comes from numbers that are none', async () => {
    for (const spoil of [(v: Float32Array) => v.fill(NaN), (v: Float32Array) => v.fill(0)]) {
      const recogniser = createRecogniser(quarters(1, spoil).session, card)
      const outcome = await recogniser.embed(image, face(3).box, face(3).points)
      expect(outcome).toEqual({
        kind: 'insufficient',
        reason: 'Means of quarters gave no usable numbers for this face.',
      })
    }
    expect(unit(new Float32Array([Infinity, 1]))).toBeNull()
  })

  test('comes from a model that is none', async () => {
    expect(() => createRecogniser(quarters(1).session, { ...card, role: 'detector' })).toThrow(/not a recogniser/)
    const wrong = createRecogniser(quarters(1).session, { ...card, embedding: 5 })
    await expect(wrong.embed(image, face(3).box, face(3).points)).rejects.toThrow(/card promises 5/)
  })
})

describe('a package', () => {
  const flipped = { ...card, inference: { flip: true, gallery: null, second: null } } as unknown as ModelCard
  const aligned: Image8 = {
    width: 8,
    height: 8,
    data: Uint8Array.from({ length: 192 }, (_, i) => (i * i * 13 + 40 * Math.floor(i / 24)) % 251),
  }

  test('that declares a flip adds the mirror image to every template', async () => {
    const { probe, gallery } = createPair({ probe: quarters('N').session, gallery: null }, flipped)
    const [both] = await gallery.templates([aligned])
    const [straight, mirror] = await createRecogniser(quarters('N').session, card, { augmentation: 'none' }).templates([
      aligned,
      mirrored(aligned),
    ])
    expect(both).not.toEqual(straight)
    // Its own mirror image, as it is made of both.
    expect(both![0]).toBeCloseTo(both![1]!, 6)
    expect(straight![0]! - straight![1]!).toBeCloseTo(mirror![1]! - mirror![0]!, 6)
    expect(gallery).toBe(probe)
  })

  test('shows a gallery face to the probe’s network as a probe of that size would show it', async () => {
    const other = quarters('N', (values) => values.map((value) => value ** 2))
    const pair = createPair({ probe: quarters('N').session, gallery: other.session }, flipped)
    const [small] = await pair.galleryAt([aligned], 4)
    const [wanted] = await pair.forProbe(4).templates([lowResolutionCopy(aligned, 4, 8)])
    expect(small).toEqual(wanted)
    expect(small).not.toEqual((await pair.forProbe(4).templates([aligned]))[0])
    expect(other.runs).toEqual([])
  })

  test('sends each probe through the network for its native side, and answers in their order', async () => {
    const squares = (values: Float32Array): Float32Array => values.map((value) => value ** 2)
    const declared = { ...flipped, inference: { ...flipped.inference, probe: { upTo: 12 } } } as ModelCard
    const pair = createPair({ probe: quarters('N').session, gallery: quarters('N', squares).session }, declared)
    const placed: FivePoints = face(0).points
    const at = (x: number, scale: number) => ({
      box: { x, y: 2, width: 16, height: 20 },
      points: placed.map((p) => ({ x: x + scale * p.x, y: 2 + scale * (p.y - 2) })) as never,
    })
    const faces = [at(3, 1), at(4, 0.5), at(9, 1), { ...at(5, 1), points: placed.map(() => ({ x: 9, y: 9 })) as never }]
    const sides = faces.slice(0, 3).map(({ points }) => nativeSide(points, card.pixels!))
    expect(sides.map((side) => side > 12)).toEqual([true, false, true])
    const progress: [number, number][] = []
    const made = await pair.probe.embedMany(image, faces, { progress: (...now) => void progress.push(now) })
    expect(made.slice(0, 3)).toEqual([
      await pair.gallery.embed(image, faces[0]!.box, faces[0]!.points),
      await pair.forProbe(12).embed(image, faces[1]!.box, faces[1]!.points),
      await pair.forProbe(13).embed(image, faces[2]!.box, faces[2]!.points),
    ])
    expect(made[1]).not.toEqual(await pair.gallery.embed(image, faces[1]!.box, faces[1]!.points))
    expect(made[3]).toMatchObject({ kind: 'insufficient' })
    expect(await pair.probe.embed(image, faces[2]!.box, faces[2]!.points)).toEqual(made[2])
    expect(progress.at(-1)).toEqual([4, 4])
    expect(progress.every(([done], k) => k === 0 || done >= progress[k - 1]![0])).toBe(true)
  })
})

describe('a network that is told the native side', () => {
  /** Its embedding is what the fourth channel says, and the mean of the first. */
  const told = () => {
    const seen: number[][] = []
    const session = {
      provider: 'cpu',
      declined: [],
      threads: 1,
      inputs: [{ name: 'x', dims: ['N', 4, 8, 8], type: 'float32' }],
      outputs: [{ name: 'y', dims: ['N', 2], type: 'float32' }],
      run(feeds: Record<string, { dims: number[]; data: Float32Array }>) {
        const { dims, data } = feeds['x']!
        seen.push(dims)
        const rows = Array.from({ length: dims[0]! }, (_, k) => [data[(k * 4 + 3) * 64]!, data[k * 4 * 64]! + 9])
        return Promise.resolve({ y: { dims: [rows.length, 2], data: Float32Array.from(rows.flat()) } })
      },
      release: () => Promise.resolve(),
    }
    return { session, seen }
  }
  const ratio = (v: Float32Array | null): number => v![0]! / v![1]!

  test('gets log2(side / 112) in a fourth channel, face by face', async () => {
    const { session, seen } = told()
    const recogniser = createRecogniser(session as never, { ...card, embedding: 2, inference: null })
    const face = { width: 8, height: 8, data: new Uint8Array(192) }
    const [a, b, c] = await recogniser.templates([face, face, face], [28, 56, 112])
    expect([ratio(a!) / ratio(b!), ratio(c!)]).toEqual([expect.closeTo(2, 5), 0])
    expect((await recogniser.templates([face], 28))[0]).toEqual(a)
    expect(seen[0]).toEqual([3, 4, 8, 8])
  })
})
