// Overlays: the right colour in the right place, clear elsewhere, and colours that colour-blind eyes tell apart.
import { describe, expect, it } from 'vitest'
import { LANDMARK_LEGEND, PARSING_LEGEND } from '../contract/overlays.ts'
import { heatmapOverlay, parsingOverlay, strongestClasses } from './overlays.ts'

const pixel = ({ width, data }: { width: number; data: Uint8Array }, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
]
const colourOf = (name: string): readonly number[] => PARSING_LEGEND.find((entry) => entry.name === name)!.colour!

it('a parsing map is drawn cell by cell; background and unknown cells are clear', () => {
  const overlay = parsingOverlay(Uint8Array.of(0, 6, 255, 10), 2, 10, 0.5)
  expect([overlay.width, overlay.height, overlay.data.length]).toEqual([10, 10, 400])
  expect(pixel(overlay, 4, 4)).toEqual([0, 0, 0, 0])
  expect(pixel(overlay, 5, 4)).toEqual([...colourOf('nose'), 128])
  expect(pixel(overlay, 4, 5)).toEqual([0, 0, 0, 0])
  expect(pixel(overlay, 9, 9)).toEqual([...colourOf('hair'), 128])
  expect(() => parsingOverlay(new Uint8Array(5), 2, 10)).toThrow('no map of 2 x 2')
})

it('the strongest class of scores counts, the first of equal ones', () => {
  expect([...strongestClasses(Float32Array.of(0, 2, 1, 5, 5, 1, -3, -2, -1), 3)]).toEqual([1, 0, 2])
  expect([...strongestClasses(new Float32Array(22).fill(1).with(21, 2))]).toEqual([0, 10])
  expect(() => strongestClasses(new Float32Array(10))).toThrow('10 scores')
})

describe('heatmaps', () => {
  const grid = 4
  const withPeaks = (...peaks: [n: number, cell: number, height: number][]): Float32Array => {
    const maps = new Float32Array(grid * grid * 68)
    for (const [n, cell, height] of peaks) maps[cell * 68 + n] = height
    return maps
  }
  it('glow in the colour of their group, as strong as they are high', () => {
    // Cell 5 is row 1, column 1: its centre is pixel 4.5 of 12, between cells half as strong.
    const overlay = heatmapOverlay(withPeaks([30, 5, 1], [8, 15, 0.5]), grid, 12, 1)
    expect(pixel(overlay, 4, 4)).toEqual([...LANDMARK_LEGEND[2].colour, 255])
    expect(pixel(overlay, 11, 11)).toEqual([...LANDMARK_LEGEND[0].colour, 128])
    expect(pixel(overlay, 5, 4)[3]).toBe(Math.round((255 * 2) / 3))
    expect(pixel(overlay, 0, 11)).toEqual([0, 0, 0, 0])
  })
  it('of two groups mix; negative values, values over 1 and what is no number do no harm', () => {
    const overlay = heatmapOverlay(withPeaks([36, 0, 7], [60, 0, 1], [0, 5, -3], [1, 15, NaN]), grid, 4, 0.5)
    const [eyes, mouth] = [LANDMARK_LEGEND[3].colour, LANDMARK_LEGEND[4].colour]
    expect(pixel(overlay, 0, 0)).toEqual([...eyes.map((v, k) => Math.round((v + mouth[k]!) / 2)), 128])
    expect(pixel(overlay, 1, 1)[3]).toBe(0)
    expect(pixel(overlay, 3, 3)).toEqual([0, 0, 0, 0])
    expect(() => heatmapOverlay(new Float32Array(12), 4, 4)).toThrow('68 heatmaps')
  })
})

describe('colours', () => {
  /** Seen by eyes that lack one kind of cones: Machado, Oliveira, Fernandes, IEEE TVCG 15(6), 2009, severity 1. */
  const EYES = {
    normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    protanopic: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deuteranopic: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritanopic: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
  } // prettier-ignore
  const times = (m: readonly number[], v: readonly number[]): number[] =>
    [0, 1, 2].map((r) => m[3 * r]! * v[0]! + m[3 * r + 1]! * v[1]! + m[3 * r + 2]! * v[2]!)
  const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  const XYZ = [0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.072175, 0.0193339, 0.119192, 0.9503041]
  function lab(colour: readonly number[], eyes: readonly number[]): number[] {
    const seen = times(
      eyes,
      colour.map((v) => linear(v / 255)),
    ).map((v) => Math.min(1, Math.max(0, v)))
    const white = [0.95047, 1, 1.08883]
    const [x, y, z] = times(XYZ, seen).map((v, k) => {
      const share = v / white[k]!
      return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116
    }) as [number, number, number]
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }
  it.each(Object.entries(EYES))('of a legend are told apart by %s eyes', (_name, eyes) => {
    for (const legend of [PARSING_LEGEND, LANDMARK_LEGEND]) {
      const colours = legend.flatMap(({ colour }) => (colour ? [lab(colour, eyes)] : []))
      for (const [i, a] of colours.entries())
        for (const b of colours.slice(0, i))
          // A difference of 2.3 is just noticeable (CIE 1976).
          expect(Math.hypot(...a.map((v, k) => v - b[k]!)), `colour ${i}`).toBeGreaterThan(15)
    }
  })
  it('have a name each, and the groups are all 68 points', () => {
    expect(new Set(PARSING_LEGEND.map(({ name }) => name)).size).toBe(11)
    const numbers = LANDMARK_LEGEND.flatMap(({ points: [a, b] }) => Array.from({ length: b - a + 1 }, (_, k) => a + k))
    expect(numbers).toEqual(Array.from({ length: 68 }, (_, n) => n))
  })
})
