// Curves: points land where the axes say, the CSV has what is drawn, and the arithmetic behind them is right.
import { describe, expect, it } from 'vitest'
import { noise, texture } from '../images/testPatterns.ts'
import { besideAnchors, readAnchors } from './anchors.ts'
import { cmcFigure, detFigure, errorFigure, gradientFigure, pcaFigure, resolutionFigure, rocFigure } from './figures.ts'
import { components, project } from './pca.ts'
import { csv, svg } from './plot.ts'
import { protocolNames, readProtocol } from './protocol.ts'
import { study } from './study.ts'
import { alone } from './testAngles.ts'

describe('plots', () => {
  it('map the corners of the data to the corners of the frame', () => {
    const out = svg({
      title: 'a < b & "c"',
      x: { label: 'x, px', scale: 'log', from: 1, to: 100 },
      y: { label: 'y', from: 0, to: 1 },
      series: [{ name: 's', points: [[1, 0], [10, 0.5], [100, 1], [0, 0.5], [50, 2], [NaN, 0]] }], // prettier-ignore
    })
    // The frame is 430 x 300 at (64, 34); what is outside it is left out.
    expect(out).toContain('points="64,334 279,184 494,34"')
    expect(out).toContain('a &lt; b &amp; &quot;c&quot;')
    expect(out.match(/<svg /g)).toHaveLength(1)
    for (const tick of ['>1<', '>10<', '>100<', '>0.4<']) expect(out).toContain(tick)
  })
  it('draw nothing rather than fail where there is nothing', () =>
    expect(svg({ title: '', x: { label: '' }, y: { label: '', scale: 'log' }, series: [] })).toContain('</svg>'))
  it('CSV quotes what needs it', () =>
    expect(csv(['a', 'b'], [['x,"y"', 1], ['z', NaN]])).toBe('a,b\n"x,""y""",1\nz,\n')) // prettier-ignore
})

const scores = new Map([
  [
    7,
    [
      ...[0.9, 0.7, 0.4, 0.2].map((score) => ({ score, same: true, fold: 0 })),
      ...[0.65, 0.3, 0.1, 0.55].map((score) => ({ score, same: false, fold: 0 })),
    ],
  ],
])

describe('figures', () => {
  it('ROC and DET have the corners of the staircase', () => {
    const lines = rocFigure(scores).csv.trim().split('\n')
    expect(lines[0]).toBe('resolution_px,far,tar,threshold')
    expect(lines.slice(1).map((l) => l.split(',').slice(1, 3).map(Number))).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 0.75],
      [0.75, 0.75],
      [0.75, 1],
      [1, 1],
    ])
    expect(detFigure(scores).csv.split('\n')[2]).toBe('7,0,0.5,0.7')
  })
  it('the others name their axes and keep their numbers', () => {
    expect(resolutionFigure([{ name: 'm', points: [[7, 0.8], [112, 0.99]] }]).csv).toBe('name,resolution_px,value\nm,7,0.8\nm,112,0.99\n') // prettier-ignore
    expect(cmcFigure([{ name: 'd1', cmc: [0.5, 1] }]).csv).toBe('name,rank,share\nd1,1,0.5\nd1,2,1\n')
    expect(gradientFigure([{ name: 'm', points: [{ resolution: 7, norm: 3 }] }]).csv).toContain('m,7,3')
  })
})

describe('study of small copies', () => {
  it('principal components of points on a line, and off it', () => {
    const rows = [-2, -1, 1, 2].flatMap((t) => [
      Float32Array.of(3 * t, 4 * t, 0.5),
      Float32Array.of(3 * t, 4 * t, -0.5),
    ])
    const found = components(rows)
    expect([...found.axes[0]]).toEqual([0.6, 0.8, 0].map((v) => expect.closeTo(v, 6)))
    expect([...found.axes[1]]).toEqual([0, 0, 1].map((v) => expect.closeTo(v, 6)))
    expect(found.share[0]).toBeCloseTo(500 / (500 + 2))
    expect(project(Float32Array.of(3, 4, 0.5), found)).toEqual([expect.closeTo(5, 6), expect.closeTo(0.5, 6)])
  })
  it('SSIM rises with size, and so does likeness of pixel templates; errors fall', async () => {
    const faces = [texture(112, 112), noise(112, 112, 3)]
    const pixels = alone((given) =>
      Promise.resolve(given.map((f) => Float32Array.from(f.data.subarray(0, 96), (v) => v - 128))),
    )
    const found = await study(pixels, [0, 1], (i) => Promise.resolve(faces[Number(i)]!), [7, 28, 56])
    const rising = (values: number[]): boolean => values.every((v, i) => i === 0 || v > values[i - 1]!)
    expect(rising(found.sizes.map((s) => s.ssim))).toBe(true)
    expect(rising(found.sizes.map((s) => s.cosine))).toBe(true)
    expect(found.sizes[0]!.errors).toHaveLength(96)
    expect([found.faces, found.places.length, found.sizes[0]!.places.length]).toEqual([2, 2, 2])
    expect(errorFigure(found).csv.trim().split('\n')).toHaveLength(1 + 3 * 96)
    expect(pcaFigure(found).csv.trim().split('\n')).toHaveLength(1 + 2 * 4)
  })
})

describe('published numbers', () => {
  const tables = readAnchors()
  it('every row has a number or nothing for each column, in per cent', () => {
    for (const t of tables)
      for (const [name, ...values] of t.rows) {
        expect(name).toBeTypeOf('string')
        expect(values).toHaveLength(t.columns.length)
        for (const v of values) if (v !== null) expect(v).toBeGreaterThan(10)
      }
  })
  it('tables that protocols name exist, and name protocols that exist', () => {
    const known = new Set(tables.map((t) => t.id))
    const names = new Set(protocolNames())
    for (const name of names) expect(readProtocol(name).anchors.filter((id) => !known.has(id))).toEqual([])
    expect(tables.flatMap((t) => t.columns.flatMap((c) => c.protocols)).filter((n) => !names.has(n))).toEqual([])
  })
  it('the row of table A-I averages to the printed 92.59, and a result stands beside its column', () => {
    const last = tables
      .find((t) => t.id === 'A-I')!
      .rows.at(-1)!
      .slice(1) as number[]
    expect(last.reduce((a, b) => a + b, 0) / 4).toBeCloseTo(92.59, 1)
    const results = [{ resolution: 14, accuracy: 0.9, mode: 'lr-hr' }]
    const beside = besideAnchors({ name: 'agedb-30', anchors: ['A-II'] }, results, tables)
    expect(beside).toMatchObject([{ table: 'A-II', column: '14 px', ours: 90 }])
    expect(beside[0]!.rows.at(-1)).toEqual({ name: 'WaveResNet', theirs: 81.87 })
    const small = { name: 'lfw', anchors: ['D-1'] }
    expect(besideAnchors(small, [{ resolution: 16, accuracy: 0.9, mode: 'lr-hr' }], tables)).toEqual([])
    expect(besideAnchors(small, [{ resolution: 16, accuracy: 0.9, mode: 'lr-lr' }], tables)).toHaveLength(1)
  })
  it('ranks and means of groups find their columns', () => {
    const ranks = [{ resolution: 'native' as const, accuracy: 0.4, rank: { 1: 0.4, 5: 0.5 }, group: 'all' }]
    const beside = besideAnchors({ name: 'tinyface', anchors: ['C-2'] }, ranks, tables)
    expect(beside.map((b) => [b.column, b.ours])).toEqual([
      ['rank-1', 40],
      ['rank-5', 50],
    ])
    const mean = [{ resolution: 'native' as const, accuracy: 0.9, group: 'mean' }]
    expect(besideAnchors({ name: 'scface', anchors: ['C-1'] }, mean, tables).map((b) => b.column)).toEqual(['mean'])
  })
})
