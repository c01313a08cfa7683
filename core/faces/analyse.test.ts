// From image to faces: each one with facts and an outcome, whoever placed it.
import { describe, expect, test } from 'vitest'
import { type Image8 } from '../images/pixels.ts'
import { analyse } from './analyse.ts'
import type { Detector } from './detect.ts'
import type { Recogniser } from './embed.ts'
import { mapPoints, type Detection } from './geometry.ts'
import { whyInsufficient } from './sufficient.ts'
import { expectedPoints } from './tightCrop.ts'

const image = (width: number, height = width): Image8 => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 89) & 255),
})
const detection = (x: number, y: number, size: number): Detection => ({
  box: { x, y, width: size, height: size },
  points: mapPoints(expectedPoints(image(size)), (p) => ({ x: p.x + x, y: p.y + y })),
  score: 0.8,
})
const sees = (...found: Detection[]): Detector => ({
  tiles: { side: 640, look: async () => [] },
  async detect(_, { progress }) {
    progress?.(1, 1)
    return found
  },
})
/** Decides as the real one does, without a network. */
const recogniser = {
  async embedMany(on: Image8, faces: { box: Detection['box']; points: Detection['points'] }[]) {
    return faces.map(({ box, points }) => {
      const reason = whyInsufficient(on, box, points)
      return reason === null ? { kind: 'template', vector: new Float32Array([1]) } : { kind: 'insufficient', reason }
    })
  },
} as unknown as Recogniser

describe('an image', () => {
  test('gives every face that was found, with quality and outcome', async () => {
    const faces = await analyse(image(320, 240), {
      detector: sees(detection(10, 10, 50), detection(200, 100, 5)),
      recogniser,
    })
    expect(faces.map((f) => f.outcome?.kind)).toEqual(['template', 'insufficient'])
    expect(faces.map((f) => f.pointsBy)).toEqual(['detector', 'detector'])
    const height = faces[0]!.quality.find((q) => q.name === 'faceHeightPx')!
    expect(height.value).toBe(50)
  })

  test('without a recogniser still gives its faces', async () => {
    const [face] = await analyse(image(240), { detector: sees(detection(10, 10, 50)), recogniser: null })
    expect(face!.outcome).toBeNull()
  })

  test('without faces gives none', async () => {
    expect(await analyse(image(240), { detector: sees(), recogniser })).toEqual([])
  })

  test('tells what it is doing', async () => {
    const stages: string[] = []
    const progress = ({ stage }: { stage: string }) => stages.push(stage)
    await analyse(image(240), { detector: sees(detection(10, 10, 50)), recogniser: null, progress })
    expect(stages).toEqual(['detecting'])
  })
})

test.each([7, 8, 12, 16, 24, 32, 64, 112, 200])('a tight crop of %i px is never lost', async (size) => {
  for (const detector of [sees(), sees(detection(0, 0, size)), sees(detection(size * 0.1, size * 0.1, size * 0.8))]) {
    const faces = await analyse(image(size), { detector, recogniser })
    expect(faces.map((f) => f.outcome?.kind)).toEqual(['template'])
  }
})

test.each([1, 4, 6])('a crop of %i px has its reason recorded', async (size) => {
  const [face] = await analyse(image(size), { detector: sees(), recogniser })
  expect(face!.outcome).toMatchObject({ kind: 'insufficient', reason: expect.stringMatching(/below 7 px/) })
})
