// The scan gives what a float64 brute force gives, streams, cancels, and refuses templates of another model.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkGallery, type GalleryMatrix } from './gallery.ts'
import { openScanner, type Scanner } from './scan.ts'

let scanner: Scanner
beforeAll(async () => void (scanner = await openScanner({ threads: 1 })))
afterAll(() => scanner.release())

/** Deterministic unit rows; every seventh repeats the row before it, so that exact ties occur. */
function gallery(count: number, dim: number, seed: number): GalleryMatrix {
  const vectors = new Float32Array(count * dim)
  let state = seed | 1
  for (let row = 0; row < count; row++) {
    const at = vectors.subarray(row * dim, (row + 1) * dim)
    if (row % 7 === 6) {
      at.set(vectors.subarray((row - 1) * dim, row * dim))
      continue
    }
    for (let i = 0; i < dim; i++) at[i] = (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31
    const norm = Math.hypot(...at)
    for (let i = 0; i < dim; i++) at[i] = at[i]! / norm
  }
  const ids = Array.from({ length: count }, (_, i) => count - i)
  return { dim, count, vectors, templateIds: ids, subjectIds: ids.map((id) => (id % 11) + 1) }
}
const row = (g: GalleryMatrix, i: number): Float32Array => g.vectors.slice(i * g.dim, (i + 1) * g.dim)

describe('scan', () => {
  test('ranks and scores equal a float64 brute force, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 1, max: 300 }),
          dim: fc.integer({ min: 2, max: 130 }),
          seed: fc.integer({ min: 1, max: 1e9 }),
          top: fc.integer({ min: 1, max: 60 }),
          chunk: fc.integer({ min: 1, max: 310 }),
        }),
        async ({ count, dim, seed, top, chunk }) => {
          const g = gallery(count, dim, seed)
          const probe = row(gallery(1, dim, seed + 1), 0)
          const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, j) => sum + v * b[j]!, 0)
          const cosine = (i: number): number =>
            dot(row(g, i), probe) / Math.sqrt(dot(row(g, i), row(g, i)) * dot(probe, probe))
          const wanted = Array.from({ length: count }, (_, i) => ({ row: i, score: cosine(i) }))
            .toSorted((a, b) => b.score - a.score || g.templateIds[a.row]! - g.templateIds[b.row]!)
            .slice(0, top)
          expect(await scanner.scan(g, probe, { top, perSubject: 'all', chunk })).toEqual(wanted)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('equal templates get equal scores wherever they stand in the gallery', async () => {
    const dim = 512
    const one = gallery(1, dim, 77).vectors
    for (const count of [1, 2, 3, 5, 13, 1003]) {
      const vectors = new Float32Array(count * dim)
      for (let i = 0; i < count; i++) vectors.set(one, i * dim)
      const ids = Array.from({ length: count }, (_, i) => i + 1)
      const probe = row(gallery(1, dim, 78), 0)
      const best = await scanner.scan({ dim, count, vectors, templateIds: ids, subjectIds: ids }, probe, {
        top: count,
        perSubject: 'all',
      })
      expect(best.map((b) => b.row + 1)).toEqual(ids)
      expect(new Set(best.map((b) => b.score)).size).toBe(1)
    }
  })

  test('equal templates are ordered by their ids', async () => {
    const g = gallery(14, 32, 5)
    const best = await scanner.scan(g, row(g, 6), { top: 2, perSubject: 'all' })
    expect(best.map((b) => b.row)).toEqual([6, 5])
    expect(best[0]!.score).toBe(best[1]!.score)
    expect(best[0]!.score).toBeCloseTo(1, 6)
  })

  test('per subject the best template counts', async () => {
    const g = gallery(200, 16, 9)
    const best = await scanner.scan(g, row(g, 0), { top: 50, perSubject: 'best' })
    expect(new Set(best.map((b) => g.subjectIds[b.row])).size).toBe(11)
    expect(best).toHaveLength(11)
  })

  test('progress reports the best so far after every chunk', async () => {
    const g = gallery(100, 8, 3)
    const seen: number[] = []
    const firsts: number[] = []
    await scanner.scan(g, row(g, 99), {
      top: 3,
      perSubject: 'all',
      chunk: 40,
      progress(done, total, best) {
        seen.push(done, total)
        firsts.push(best()[0]!.score)
      },
    })
    expect(seen).toEqual([40, 100, 80, 100, 100, 100])
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
  })

  test('cancelling stops between two chunks', async () => {
    const g = gallery(100, 8, 3)
    const stop = new AbortController()
    let chunks = 0
    const running = scanner.scan(g, row(g, 0), {
      top: 3,
      perSubject: 'all',
      chunk: 10,
      signal: stop.signal,
      progress: () => void (++chunks === 2 && stop.abort()),
    })
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(chunks).toBe(2)
  })

  test('an empty gallery gives no candidates', async () => {
    const none = { dim: 4, count: 0, vectors: new Float32Array(), templateIds: [], subjectIds: [] }
    expect(await scanner.scan(none, Float32Array.of(1, 0, 0, 0), { top: 5, perSubject: 'best' })).toEqual([])
  })

  test('a probe that is not of unit length is refused', async () => {
    const g = gallery(3, 8, 3)
    await expect(scanner.scan(g, new Float32Array(8), { top: 1, perSubject: 'all' })).rejects.toThrow(/unit length/)
  })

  test('a probe of another length is refused with a sentence', async () => {
    const g = gallery(3, 8, 3)
    await expect(scanner.scan(g, new Float32Array(16), { top: 1, perSubject: 'all' })).rejects.toMatchObject({
      code: 'wrong-model',
      message: expect.stringContaining('16 values') as string,
    })
  })
})

describe('checkGallery', () => {
  test('accepts unit rows', () => {
    expect(() => checkGallery(gallery(50, 64, 1))).not.toThrow()
  })
  test.each([0, NaN, Infinity, 2])('names the template whose row holds %s', (value) => {
    const g = gallery(5, 4, 1)
    g.vectors.fill(value, 8, 12)
    expect(() => checkGallery(g)).toThrow(/Template 3 is not of unit length/)
  })
  test('refuses lengths that disagree', () => {
    expect(() => checkGallery({ ...gallery(5, 4, 1), count: 6 })).toThrow(/do not fit together/)
  })
})
