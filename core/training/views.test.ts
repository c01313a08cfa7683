// Views of a face: drawn as the recipe says, the same for the same seed, each independent of the others.
import { describe, expect, it } from 'vitest'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { resize } from '../images/resample.ts'
import { ViewSpec } from './recipe.ts'
import { drawResolution, flip, makeViews } from './views.ts'

const face: Image8 = {
  width: 112,
  height: 112,
  data: Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => (i * 7) % 251),
}
const spec = (more: object): ViewSpec => ViewSpec.parse({ name: 'v', size: 112, flip: 'paired', ...more })
const stream = { seed: 1, epoch: 2, sample: 3 }

describe('resolutions', () => {
  it('7 : 14 : 20 = 1 : 1 : 2 over 10,000 draws, ± 1.5 %', () => {
    const choices = {
      kind: 'choices' as const,
      choices: [
        { r: 7, p: 0.25 },
        { r: 14, p: 0.25 },
        { r: 20, p: 0.5 },
      ],
    }
    const counts = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const r = drawResolution(choices, random(5, i), 112)
      counts.set(r, (counts.get(r) ?? 0) + 1)
    }
    for (const { r, p } of choices.choices) expect(Math.abs(counts.get(r)! / 10_000 - p)).toBeLessThan(0.015)
  })
  it('a range reaches both ends, and a power favours the small', () => {
    const draws = (power: number): number[] =>
      Array.from({ length: 5000 }, (_, i) =>
        drawResolution({ kind: 'range', from: 6, to: 40, power, fullSize: 0 }, random(6, i), 112),
      )
    const flat = draws(0)
    expect([Math.min(...flat), Math.max(...flat)]).toEqual([6, 40])
    const small = (all: number[]): number => all.filter((r) => r < 12).length
    expect(small(draws(1))).toBeGreaterThan(1.5 * small(flat))
  })
})

describe('views', () => {
  const specs = [
    spec({ name: 'hr' }),
    spec({ name: 'lr', degrade: 'surveillance', resolutions: { kind: 'range', from: 7, to: 20 } }),
  ]
  it('repeat byte for byte, and change with epoch and sample', () => {
    const bytes = (s: typeof stream): Uint8Array => makeViews(face, specs, s)[1]!.image.data
    expect(bytes(stream)).toEqual(bytes(stream))
    expect(bytes(stream)).not.toEqual(bytes({ ...stream, epoch: 3 }))
    expect(bytes(stream)).not.toEqual(bytes({ ...stream, sample: 4 }))
  })
  it('leave the share that the recipe names clean, and draw as before where it names none', () => {
    const of = (more: object) =>
      Array.from(
        { length: 400 },
        (_, sample) =>
          makeViews(face, [spec({ size: 16, degrade: 'surveillance', ...more })], { ...stream, sample })[0]!,
      )
    const share = (clean: number): number => of({ clean }).filter((v) => v.degradation === null).length / 400
    expect(Math.abs(share(0.4) - 0.4)).toBeLessThan(0.08)
    expect([share(0), share(1)]).toEqual([0, 1])
    expect(of({}).slice(0, 20)).toEqual(of({ clean: 0 }).slice(0, 20))
  })
  it('paired views flip together, independent ones do not', () => {
    const flips = (kind: 'paired' | 'independent'): number =>
      Array.from({ length: 400 }, (_, sample) =>
        makeViews(face, [spec({ flip: kind }), spec({ flip: kind })], { ...stream, sample }),
      ).filter(([a, b]) => a!.flipped === b!.flipped).length
    expect(flips('paired')).toBe(400)
    expect(Math.abs(flips('independent') - 200)).toBeLessThan(50)
  })
  it('a plain view is the face itself; adding a view changes no other', () => {
    const [alone] = makeViews(face, [spec({ flip: 'none' })], stream)
    expect(alone!.image.data).toEqual(face.data)
    expect(makeViews(face, specs, stream)[0]!.image.data).toEqual(
      makeViews(face, specs.slice(0, 1), stream)[0]!.image.data,
    )
  })
  it('of 16 px is degraded at 112, shrunk to a native size, and brought to 16 in one step', () => {
    const only = (more: object) => makeViews(face, [spec({ size: 16, from: 112, flip: 'none', ...more })], stream)[0]!
    const r = (side: number) => ({ resolutions: { kind: 'choices', choices: [{ r: side, p: 1 }] } })
    const through = (side: number) => resize(resize(face, side, side, 'bicubic'), 16, 16, 'bicubic')
    expect(only(r(9)).image).toEqual(through(9))
    expect(only(r(24)).image).toEqual(through(24))
    expect(only({})).toMatchObject({ image: resize(face, 16, 16, 'bicubic'), resolution: 112 })
    // The same draws at the same side: a view of 112 px, shrunk.
    const large = makeViews(face, [spec({ flip: 'none', degrade: 'surveillance' })], { ...stream, sample: 5 })[0]!
    const camera = makeViews(face, [spec({ size: 16, from: 112, flip: 'none', degrade: 'surveillance' })], {
      ...stream,
      sample: 5,
    })[0]!
    expect(large.degradation).not.toEqual({ blur: null, noise: null, jpeg: null })
    expect(camera.degradation).toEqual(large.degradation)
    expect(camera.image).toEqual(resize(large.image, 16, 16, 'bicubic'))
  })
  it('flipping twice is nothing', () => expect(flip(flip(face)).data).toEqual(face.data))
})
