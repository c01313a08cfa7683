// What decoding, resampling and alignment cost and how exact they are, beside sharp and beside a plain version.
// Run: node bench/images.ts
import { cpus } from 'node:os'
import sharp from 'sharp'
import {
  alignFace,
  alignment,
  invert,
  similarity,
  templatePoints,
  toInput,
  warp,
  type Affine,
} from '../core/images/align.ts'
import type { FivePoints } from '../core/contract/common.ts'
import { decodeImage } from '../core/images/decode.ts'
import { encodeJpeg } from '../core/images/encode.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { measureQuality } from '../core/images/quality.ts'
import { lowResolutionCopy, resize } from '../core/images/resample.ts'
import { applyTo, scaleOf } from '../core/images/similarity.ts'

/** Runs alternatives in turn, so that a busy machine slows all of them alike; milliseconds. */
async function interleaved(runs: Record<string, () => unknown>, rounds: number): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
  for (let round = -Math.ceil(rounds / 3); round < rounds; round++)
    for (const [name, run] of Object.entries(runs)) {
      const start = performance.now()
      await run()
      if (round >= 0) times[name]!.push(performance.now() - start)
    }
  return times
}
const sorted = (values: number[]) => values.toSorted((a, b) => a - b)
const median = (values: number[]) => sorted(values)[values.length >> 1]!
const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1))
const cell = (values: number[]) => `${ms(median(values))} (${ms(sorted(values)[0]!)})`

/** A photograph by formula: slopes, edges and fine texture, so that nothing has to be stored. */
function photograph(width: number, height: number): Image8 {
  const data = new Uint8Array(width * height * 3)
  let state = 1
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      const slow = 50 * Math.sin(x / 90) + 40 * Math.cos(y / 70 + x / 200)
      const fine = 20 * Math.sin(x * 0.8 + y * 0.3) + ((x >> 5) + (y >> 5)) * 3 + (state >>> 29)
      data[at] = 110 + slow + (fine % 40)
      data[at + 1] = 100 + slow + (fine % 37)
      data[at + 2] = 95 + slow * 0.9
    }
  return { width, height, data }
}

const pixels = { alignment: 'arcface-112', size: 112 } as const
const bicubic = { ...pixels, resampler: 'vestige-bicubic-warp-1' } as const
const template = templatePoints('arcface-112', 112)
/** Five points of a face whose aligned square covers `factor` times 112 px of the photograph, turned by 7 degrees. */
function face(factor: number, x: number, y: number): FivePoints {
  const place: Affine = [factor * 0.9925, -factor * 0.1219, x, factor * 0.1219, factor * 0.9925, y]
  return template.map((p) => applyTo(place, p)).map((p) => ({ x: p.x + 0.5, y: p.y + 0.5 })) as unknown as FivePoints
}

/** The warp as one writes it first: a function per pixel, no typed inner loop, no averaging. */
function naive(image: Image8, matrix: Affine, size: number): Image8 {
  const back = invert(matrix)
  const at = (x: number, y: number, c: number) =>
    x >= 0 && y >= 0 && x < image.width && y < image.height ? image.data[(y * image.width + x) * 3 + c]! : 0
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const { x: u, y: v } = applyTo(back, { x, y })
      const [i, j] = [Math.floor(u), Math.floor(v)]
      for (let c = 0; c < 3; c++) {
        const top = at(i, j, c) * (i + 1 - u) + at(i + 1, j, c) * (u - i)
        const bottom = at(i, j + 1, c) * (i + 1 - u) + at(i + 1, j + 1, c) * (u - i)
        data[(y * size + x) * 3 + c] = top * (j + 1 - v) + bottom * (v - j) + 0.5
      }
    }
  return { width: size, height: size, data }
}
const raw = (image: Image8) => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
/** The same square by sharp: its affine transform works on the whole picture it is given, so it is given the region. */
function bySharp(image: Image8, matrix: Affine): Promise<Buffer> {
  const back = invert(matrix)
  const corners = [0, 112].flatMap((x) => [0, 112].map((y) => applyTo(back, { x, y })))
  const left = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.x))))
  const top = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.y))))
  const width = Math.min(image.width - left, Math.ceil(Math.max(...corners.map((p) => p.x))) - left)
  const height = Math.min(image.height - top, Math.ceil(Math.max(...corners.map((p) => p.y))) - top)
  return raw(image)
    .extract({ left, top, width, height })
    .affine([matrix[0], matrix[1], matrix[3], matrix[4]], { interpolator: 'bilinear', background: '#000' })
    .raw()
    .toBuffer()
}

/** Exact area average in the output's frame, by 16 x 16 samples and more; for PSNR only. */
function areaAverage(image: Image8, matrix: Affine): Float64Array {
  const back = invert(matrix)
  const n = Math.max(16, Math.ceil(4 / scaleOf(matrix)))
  const out = new Float64Array(112 * 112 * 3)
  for (let y = 0; y < 112; y++)
    for (let x = 0; x < 112; x++)
      for (let k = 0; k < n * n; k++) {
        const p = applyTo(back, { x: x - 0.5 + ((k % n) + 0.5) / n, y: y - 0.5 + (Math.floor(k / n) + 0.5) / n })
        const at = (Math.round(p.y) * image.width + Math.round(p.x)) * 3
        for (let c = 0; c < 3; c++) out[(y * 112 + x) * 3 + c]! += image.data[at + c]! / (n * n)
      }
  return out
}
function psnr(a: ArrayLike<number>, b: ArrayLike<number>): string {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return (10 * Math.log10((255 * 255 * a.length) / sum)).toFixed(1)
}

const photo = photograph(4000, 3000)
console.log(`node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} threads; times in ms: median (least)\n`)

console.log('An aligned 112 px face out of a decoded 4000 x 3000 photograph')
console.log(
  '| square in the photograph | alignFace | alignFace, bicubic | naive warp | naive / ours | sharp affine | sharp / ours | PSNR ours | plain warp |',
)
console.log('|---|---|---|---|---|---|---|---|---|')
for (const factor of [0.125, 0.25, 0.5, 1, 1.3, 1.5, 2, 2.6, 4, 6]) {
  const points = face(factor, 1400, 900)
  const matrix = alignment(points, pixels)
  const t = await interleaved(
    {
      ours: () => alignFace(photo, points, pixels),
      bicubic: () => alignFace(photo, points, bicubic),
      naive: () => naive(photo, matrix, 112),
      sharp: () => bySharp(photo, matrix),
    },
    40,
  )
  const exact = areaAverage(photo, matrix)
  const ratio = (name: string) => (median(t[name]!) / median(t['ours']!)).toFixed(1)
  const shrinks = factor > 1
  console.log(
    `| ${Math.round(factor * 112)} px | ${cell(t['ours']!)} | ${cell(t['bicubic']!)} | ${cell(t['naive']!)} | ${ratio('naive')} | ${cell(t['sharp']!)} | ${ratio('sharp')} | ` +
      `${shrinks ? `${psnr(alignFace(photo, points, pixels).data, exact)} dB` : '-'} | ${shrinks ? `${psnr(warp(photo, matrix, 112).data, exact)} dB` : '-'} |`,
  )
}

console.log("\nResizing (ours is Pillow to the bit; sharp's cubic is another filter and stands for the time only)")
console.log('| what | ours | sharp |\n|---|---|---|')
const small = resize(photo, 112, 112, 'bicubic')
const resizeTile = resize(photo, 640, 640, 'bicubic')
const frame = resize(photo, 1920, 1080, 'bicubic')
const by = (image: Image8, width: number, height: number) =>
  raw(image).resize(width, height, { kernel: 'cubic', fit: 'fill' }).raw().toBuffer()
for (const [name, rounds, ours, theirs] of [
  [
    '112 to 14 to 112 px bicubic',
    60,
    () => lowResolutionCopy(small, 14, 112),
    async () =>
      raw({ width: 14, height: 14, data: new Uint8Array(await by(small, 14, 14)) })
        .resize(112, 112, { kernel: 'cubic' })
        .raw()
        .toBuffer(),
  ],
  ['1920 x 1080 to 960 x 540 bicubic', 12, () => resize(frame, 960, 540, 'bicubic'), () => by(frame, 960, 540)],
  [
    '640 x 640 to 1280 x 1280 bicubic',
    12,
    () => resize(resizeTile, 1280, 1280, 'bicubic'),
    () => by(resizeTile, 1280, 1280),
  ],
] as [string, number, () => unknown, () => Promise<unknown>][]) {
  const t = await interleaved({ ours, theirs }, rounds)
  console.log(`| ${name} | ${cell(t['ours']!)} | ${cell(t['theirs']!)} |`)
}

console.log('\nDecoding a 4000 x 3000 JPEG (quality 90) with all checks, and the rest of one face')
const jpeg = await encodeJpeg(photo, 90)
const aligned = alignFace(photo, face(1, 1400, 900), pixels)
const contract = {
  size: 112,
  channelOrder: 'RGB',
  layout: 'NCHW',
  mean: [127.5, 127.5, 127.5],
  scale: [127.5, 127.5, 127.5],
} as const
const rest = await interleaved(
  {
    'decodeImage, 12 megapixels': () => decodeImage(jpeg, 'a.jpg'),
    'sharp alone, raw pixels': () => sharp(jpeg).raw().toBuffer(),
  },
  6,
)
const light = await interleaved(
  {
    'toInput, 112 px': () =>
      toInput(aligned, { ...contract, mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] }),
    'measureQuality, 24 px face': () =>
      measureQuality(photo, { x: 1400, y: 900, width: 20, height: 24 }, face(0.25, 1400, 900)),
    'measureQuality, 300 px face': () =>
      measureQuality(photo, { x: 1400, y: 900, width: 240, height: 300 }, face(3, 1400, 900)),
    'similarity fit': () => similarity(face(3, 1400, 900), template),
  },
  40,
)
for (const [name, values] of Object.entries({ ...rest, ...light })) console.log(`${name.padEnd(30)} ${cell(values)}`)
