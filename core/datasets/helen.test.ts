// The Helen set: faces aligned by 194 points, drawn maps that follow them, and files that should not be trusted.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FRAME } from './priors/points.ts'
import { parseAnnotation, parseList } from './helenText.ts'
import { openDataset } from './open.ts'
import { packCache } from './packCache.ts'
import { openLabels } from './priors/labels.ts'
import { meanShape } from './priors/meanShape.ts'
import { packMaps } from './priors/mapsFile.ts'
import { pointsFile, writePoints } from './priors/pointsFile.ts'
import { joinDatasets, selectSamples } from './select.ts'
import { blocks, put, temporary } from './testFaces.ts'
import { annotationOf, DRAWN, labelPictures, putHelen } from './testHelen.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))
const place = (): string => {
  const { folder, remove } = temporary()
  made.push(remove)
  return folder
}
async function one(options: Parameters<typeof putHelen>[2] = {}, name = '232194_1'): Promise<string> {
  const root = place()
  await putHelen(root, name, options)
  return root
}
/** Centres of the drawn eyes, nose and mouth in the template, as grid places on 112 cells. */
const seen = (map: Uint8Array, grid: number): number[] =>
  [[38, 52], [73, 51], [38, 40], [73, 40], [56, 72], [56, 92], [56, 60], [3, 3]].map(
    ([x, y]) => map[Math.floor((y! * grid) / FRAME) * grid + Math.floor((x! * grid) / FRAME)]!,
  ) // prettier-ignore

describe('a face of the set', () => {
  it('is found out by its layout, aligned, with landmarks and map where the picture shows them', async () => {
    const root = await one()
    await put(root, { 'testing.txt': '1 , 232194_1\n2 , 999_9\n' })
    const set = await openDataset(root)
    expect(set).toMatchObject({ format: 'helen', problems: [] })
    expect(set.samples).toEqual([{ identity: '232194_1', name: 'train/232194_1.jpg', split: 'test' }])
    const face = await set.decode(0)
    expect([face.width, face.height]).toEqual([224, 224])
    // The colour says which class is drawn where.
    const colour = (x: number, y: number): number => (face.data[(2 * y * 224 + 2 * x) * 3]! - 20) / 20
    expect([colour(38, 52), colour(73, 51), colour(56, 72), colour(56, 92), colour(56, 60)]).toEqual([4, 5, 6, 8, 1])
    expect(seen((await set.labels!.parsing(0, 112))!, 112)).toEqual([4, 5, 2, 3, 6, 8, 1, 0])
    expect(seen((await set.labels!.parsing(0, 56))!, 56)).toEqual([4, 5, 2, 3, 6, 8, 1, 0])
    const points = set.labels!.landmarks(0)!
    expect(points).toHaveLength(388)
    // The left mouth corner of the template, pixel centres at +0.5, within the quarter pixel that 224 px is off.
    expect(Math.hypot(points[116]! - 42.05, points[117]! - 92.87)).toBeLessThan(0.5)
  })

  it('has its map from labels of another size too, and in the picture’s left and right', async () => {
    const map = async (root: string): Promise<number[]> =>
      seen((await (await openDataset(root)).labels!.parsing(0, 112))!, 112)
    expect(await map(await one({ share: 0.5 }))).toEqual([4, 5, 2, 3, 6, 8, 1, 0])
    expect(await map(await one({ mirrored: true }))).toEqual([4, 5, 2, 3, 6, 8, 1, 0])
  })

  it('counts nowhere where the photograph ends', async () => {
    const root = await one({ drawn: { ...DRAWN, y: 60 } })
    const map = (await (await openDataset(root)).labels!.parsing(0, 56))!
    const gone = map.filter((v) => v === 255).length
    expect(gone).toBeGreaterThan(20)
    expect(gone).toBeLessThan(56 * 28)
    expect(map[0]).toBe(255)
  })

  it('keeps its labels through joining and choosing', async () => {
    const other = place()
    await put(other, { 'Anna/1.png': blocks(1) })
    const joined = joinDatasets([await openDataset(other), await openDataset(await one())])
    expect(await joined.labels!.parsing(0, 8)).toBeNull()
    expect(joined.labels!.landmarks(0)).toBeNull()
    const chosen = selectSamples(joined, ({ identity }) => identity !== 'Anna')
    expect(seen((await chosen.labels!.parsing(0, 112))!, 112)).toEqual([4, 5, 2, 3, 6, 8, 1, 0])
    expect(chosen.labels!.landmarks(0)).toHaveLength(388)
    await expect(chosen.labels!.parsing(1, 8)).rejects.toThrow('no sample 1 of 1')
  })
})

describe('maps beside the cache of faces', () => {
  it('are made once, for the faces that have some; the others have polygons', async () => {
    const root = await one()
    await putHelen(root, '5_1', { number: 2, labels: false })
    await putHelen(root, '6_1', { number: 3 })
    await put(root, { 'train/5_2.jpg': 'no picture', 'annotation/4.txt': annotationOf('5_2') })
    // Labels that do not fit their photograph.
    await put(root, { 'SmithCVPR2013_dataset_original/labels/6_1/6_1_lbl03.png': blocks(1) })
    const set = await openDataset(root)
    const cache = await packCache(set, path.join(place(), 'cache'))
    made.push(() => cache.close())
    expect(cache.samples.map((s) => s.identity)).toEqual(['232194_1', '5_1', '6_1'])
    const problems: string[] = []
    const bank = (await packMaps(set, cache, 28, { problem: ({ name }) => problems.push(name) }))!
    expect([bank.count, bank.drawn, problems]).toEqual([3, 1, ['train/6_1.jpg']])
    expect(bank.map(0)).toEqual(await set.labels!.parsing(0, 28))
    expect([bank.map(1), bank.map(2)]).toEqual([null, null])
    const again: number[] = []
    await packMaps(set, cache, 28, { progress: (done) => again.push(done) })
    expect(again).toEqual([])

    const file = pointsFile(cache, 'network')
    writePoints(file, Float32Array.from([0, 1, 2].flatMap((k) => [...meanShape()].map((v) => (k === 2 ? v / 3 : v)))))
    const labels = openLabels({ points: file, count: 3, grid: 28, maps: bank.file })
    expect([...labels.fit]).toEqual([0, 1])
    expect(labels.label(0, false)!.parsing).toEqual(bank.map(0))
    expect(labels.label(0, true)!.parsing[5 * 28 + 3]).toBe(bank.map(0)![5 * 28 + 24])
    expect(new Set(labels.label(1, false)!.parsing)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255]))
    expect(labels.label(2, false)).toBeNull()

    writeFileSync(bank.file, 'damaged')
    expect(() => openLabels({ points: file, count: 3, grid: 28, maps: bank.file })).toThrow('damaged')
    const stop = AbortSignal.abort(new Error('enough'))
    await expect(packMaps(set, cache, 28, { signal: stop })).rejects.toThrow('enough')
    expect((await packMaps(set, cache, 28))!.drawn).toBe(1)
    expect(await packMaps({ ...set, labels: undefined } as never, cache, 28)).toBeNull()
  })
})

describe('what is wrong with a set', () => {
  it('is listed, and the rest is used', async () => {
    const root = await one({ labels: false })
    const points = annotationOf('x').split('\n').slice(1)
    const cases: Record<string, string> = {
      '2.txt': annotationOf('../../etc/passwd'),
      '3.txt': annotationOf('elsewhere_1'),
      '4.txt': ['232194_1', ...points.slice(1)].join('\n'),
      '5.txt': ['232194_1', ...points, '1 , 2'].join('\n'),
      '6.txt': ['232194_1', ...points.with(7, '1e999 , 4')].join('\n'),
      '7.txt': ['232194_1', ...points.with(7, '1 , 2 , 3')].join('\n'),
      '8.txt': ['232194_1', ...points.map(() => '5 , 5')].join('\n'),
      '9.txt': annotationOf('232194_1'),
    }
    for (const [name, text] of Object.entries(cases)) writeFileSync(path.join(root, 'annotation', name), text)
    writeFileSync(path.join(root, 'annotation', 'huge.txt'), Buffer.alloc(1_100_000, 48))
    const set = await openDataset(root)
    expect(set.samples.map((s) => s.identity)).toEqual(['232194_1'])
    expect(set.problems.map((p) => [path.basename(p.name), p.reason.slice(0, 24)])).toEqual([
      ['2.txt', 'Its first line is not th'],
      ['3.txt', 'There is no picture else'],
      ['4.txt', 'It does not hold 194 poi'],
      ['5.txt', 'It does not hold 194 poi'],
      ['6.txt', 'Line 9 is not a point su'],
      ['7.txt', 'Line 9 is not a point su'],
      ['8.txt', 'Another annotation of 23'],
      ['9.txt', 'Another annotation of 23'],
      ['huge.txt', '"annotation/huge.txt" ha'],
    ])
    expect(await set.labels!.parsing(0, 8)).toBeNull()
  })

  it('points on one spot, points outside, labels that fit no photograph or miss one are refused by name', async () => {
    const root = place()
    mkdirSync(path.join(root, 'annotation'))
    await put(root, {
      'annotation/1.txt': ['a_1', ...Array.from({ length: 194 }, () => '5 , 5')].join('\n'),
      'train/a_1.jpg': blocks(1),
    })
    await expect(openDataset(root)).rejects.toThrow('do not span a face')

    const small = await one()
    await put(small, { 'train/232194_1.jpg': blocks(1, 32) })
    const set = await openDataset(small)
    await expect(set.decode(0)).rejects.toThrow('lie outside its 32 x 32 px')
    await expect(set.labels!.parsing(0, 8)).rejects.toThrow('lie outside its 32 x 32 px')

    const wide = await one()
    const labels = labelPictures({ ...DRAWN, width: 190 })
    for (const [k, label] of labels.entries())
      await put(wide, {
        [`SmithCVPR2013_dataset_original/labels/232194_1/232194_1_lbl${String(k).padStart(2, '0')}.png`]: label,
      })
    await expect((await openDataset(wide)).labels!.parsing(0, 8)).rejects.toThrow('does not fit its photograph')
  })

  it('takes no text for points that is none', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(parseAnnotation(text)).toHaveProperty('reason')
        expect(parseList(text).every((name) => /^[\w-]+$/.test(name))).toBe(true)
      }),
    )
    const whole = annotationOf('a_1').split('\n')
    expect(parseAnnotation(`${whole.join('\r\n')}\r\n\r\n`)).toMatchObject({ name: 'a_1' })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 194 }), fc.string({ maxLength: 30 }), (n, line) => {
        const read = parseAnnotation(whole.with(n, line).join('\n'))
        if ('points' in read) expect(read.points.every((v) => Math.abs(v) < 1e6)).toBe(true)
        else expect(read.reason).not.toBe('')
      }),
      { numRuns: 50 },
    )
  })
})
