// Labels of a batch: drawn from the points of its faces, mirrored with the view, nothing where a face has no points.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { FaceCache } from '../datasets/cache.ts'
import { meanShape } from '../datasets/priors/meanShape.ts'
import { MIRROR, POINTS } from '../datasets/priors/points.ts'
import { writePoints } from '../datasets/priors/pointsFile.ts'
import { ViewSpec } from './recipe.ts'
import type { LabelPath } from './taps.ts'
import { viewMaker } from './viewBatch.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'vestige-labels-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const GRID = 28

it('are drawn as the view shows the face', () => {
  const shape = meanShape()
  // The last face was not found.
  const rows = Float32Array.from({ length: 4 * shape.length }, (_, i) =>
    i < 3 * shape.length ? shape[i % shape.length]! + (i % 2) : NaN,
  )
  const points = path.join(folder, 'points.f32')
  writePoints(points, rows)
  const cache = { read: () => ({ width: 8, height: 8, data: new Uint8Array(192) }), size: 8 } as unknown as FaceCache
  const wanted: LabelPath[] = [
    { kind: 'label', view: 'hr', label: 'landmarks' },
    { kind: 'label', view: 'hr', label: 'parsing' },
  ]
  const views = [ViewSpec.parse({ name: 'hr', size: 8, flip: 'paired' })]
  const pixels = { mean: [0, 0, 0], scale: [1, 1, 1] } as const
  const make = viewMaker(
    {
      cache: '',
      samples: Int32Array.of(0, 1, 2, 3),
      labels: Int32Array.of(0, 1, 2, 3),
      views,
      pixels: { mean: [...pixels.mean], scale: [...pixels.scale] },
      seed: 3,
      batch: 4,
      priors: { wanted, points, grid: GRID, sigma: 1 },
    },
    cache,
  )
  const seen = new Set<number>()
  for (const step of [0, 1, 2]) {
    const { drawn, samples, views: tensors } = make(step)
    const maps = drawn['hr.landmarks']!
    const parsing = drawn['hr.parsing']!
    expect([maps.shape, parsing.shape]).toEqual([
      [4, GRID, GRID, POINTS],
      [4, GRID, GRID],
    ])
    for (const [k, sample] of samples.entries()) {
      const cells = GRID * GRID
      const heat = maps.data.subarray(k * cells * POINTS, (k + 1) * cells * POINTS)
      const parts = parsing.data.subarray(k * cells, (k + 1) * cells)
      if (sample === 3) {
        expect(heat.every((v) => v === 0) && parts.every((v) => v === 255)).toBe(true)
        continue
      }
      const flipped = tensors.hr!.flipped[k]!
      seen.add(flipped)
      for (const n of [8, 36, 48]) {
        const column = Array.from({ length: cells }, (_, i) => heat[i * POINTS + n]!)
        const at = column.indexOf(Math.max(...column)) % GRID
        const x = shape[2 * (flipped ? MIRROR[n]! : n)]! * (GRID / 112)
        const wantedColumn = (flipped ? GRID - x : x) - 0.5
        expect(Math.abs(at - wantedColumn)).toBeLessThanOrEqual(0.51)
      }
      expect(new Set(parts)).toContain(1)
    }
  }
  expect(seen).toEqual(new Set([0, 1]))
})
