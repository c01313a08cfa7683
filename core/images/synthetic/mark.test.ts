// The mark is seen by people, found by the program after what usually happens to pictures, and not found elsewhere.
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../decode.ts'
import { encodeJpeg } from '../encode.ts'
import { blank, crop, type Image8 } from '../pixels.ts'
import { resize } from '../resample.ts'
import { FOUND_FROM, syntheticMark } from './detect.ts'
import { markSynthetic } from './mark.ts'

/** A made-up head: soft shapes, edges and grain by formula; nobody's face. */
function head(seed: number): Image8 {
  const data = new Uint8Array(112 * 112 * 3)
  let state = seed >>> 0
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const [cx, cy, tilt] = [50 + 12 * next(), 52 + 10 * next(), next() - 0.5]
  for (let y = 0, at = 0; y < 112; y++)
    for (let x = 0; x < 112; x++, at += 3) {
      const [u, v] = [(x - cx) / 34, (y - cy) / 44]
      const skin = u * u + v * v < 1 ? 1 : 0
      const eyes = Math.exp(-(((Math.abs(u) - 0.42) / 0.16) ** 2) - ((v + 0.2) / 0.08) ** 2)
      const mouth = Math.exp(-((u / 0.35) ** 2) - ((v - 0.5) / 0.07) ** 2)
      const light = 20 * u * tilt - 90 * eyes + 8 * (next() - 0.5)
      const hair = v < -0.55 && skin ? 1 : 0
      data[at] = Math.max(0, Math.min(255, (skin ? 190 - 120 * hair : 70 + 40 * Math.sin(x / 9)) + light))
      data[at + 1] = Math.max(0, Math.min(255, (skin ? 145 - 90 * hair : 80) + light - 40 * mouth))
      data[at + 2] = Math.max(
        0,
        Math.min(255, (skin ? 120 - 70 * hair : 95 + 30 * Math.cos(y / 13)) + light - 30 * mouth),
      )
    }
  return { width: 112, height: 112, data }
}
const jpeg = async (image: Image8, quality: number): Promise<Image8> =>
  (await decodeImage(await encodeJpeg(image, quality), 'x.jpg')).image
const shrunk = (image: Image8, factor: number): Image8 =>
  resize(image, Math.round(image.width * factor), Math.round(image.height * factor), 'bilinear')
/** Shown at `zoom` within a window of other things. */
function screenshot(image: Image8, zoom: number): Image8 {
  const shown = shrunk(image, zoom)
  const screen = blank(1280, 960, [38, 40, 46])
  for (let y = 0; y < 960; y++)
    for (let x = 0; x < 1280; x++)
      if (x % 160 < 90 && y % 22 < 8)
        screen.data.fill((x * 7 + y * 13) & 255, (y * 1280 + x) * 3, (y * 1280 + x) * 3 + 3)
  for (let y = 0; y < shown.height; y++)
    screen.data.set(shown.data.subarray(y * shown.width * 3, (y + 1) * shown.width * 3), ((y + 37) * 1280 + 211) * 3)
  return screen
}
const marked = markSynthetic(head(1))
const mirrored = (image: Image8): Image8 => {
  const out = blank(image.width, image.height)
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++)
      out.data.set(
        image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3),
        (y * image.width + image.width - 1 - x) * 3,
      )
  return out
}

describe('a marked face is found', () => {
  const attacks: Record<string, (image: Image8) => Image8 | Promise<Image8>> = {
    'as it is': (image) => image,
    'cut to half of each side': (image) => crop(image, { x: 101, y: 67, width: 224, height: 224 }),
    'a quarter as large': (image) => shrunk(image, 0.25),
    'as a JPEG of quality 30': (image) => jpeg(image, 30),
    'a quarter as large, as a JPEG of quality 30': (image) => jpeg(shrunk(image, 0.25), 30),
    'cut, then a JPEG of quality 30': (image) => jpeg(crop(image, { x: 31, y: 190, width: 230, height: 224 }), 30),
    'in a screenshot at half size': (image) => screenshot(image, 0.5),
    'in a screenshot at 1.9 times its size, as a JPEG': (image) => jpeg(screenshot(image, 1.9), 80),
    mirrored,
  }
  test.each(Object.entries(attacks))('%s', async (_, attack) => {
    expect(syntheticMark(await attack(marked)).score).toBeGreaterThan(FOUND_FROM + 0.3)
  })
})

test('without the mark nothing is found', async () => {
  for (const seed of [2, 3]) {
    const plain = resize(head(seed), 224, 224, 'bicubic')
    for (const image of [head(seed), plain, await jpeg(plain, 30)])
      expect(syntheticMark(image).score).toBeLessThan(FOUND_FROM - 0.3)
  }
})

test('pictures too small or without any content have none', () => {
  for (const image of [blank(1, 1), blank(19, 300), blank(700, 500, [9, 9, 9]), blank(64, 64, [255, 255, 255])])
    expect(syntheticMark(image)).toMatchObject({ found: false })
})

test('the bands say what the picture is, in light letters on a dark ground', () => {
  expect([marked.width, marked.height]).toEqual([448, 448])
  // The horizontal bar of the first T in the top band, and the ground beside the text.
  const light = (x: number, y: number): number => marked.data[(y * 448 + x) * 3 + 1]!
  const rows = Array.from({ length: 30 }, (_, y) => Array.from({ length: 448 }, (_, x) => light(x, y) > 128))
  const lit = rows.flat().filter(Boolean).length / (30 * 448)
  expect(lit).toBeGreaterThan(0.15)
  expect(lit).toBeLessThan(0.45)
  expect(rows[0]!.some(Boolean)).toBe(false)
})
