// What the mark of made-up faces survives, and how often pictures without it look marked.
// Run: node bench/synthetic-mark.ts [trials] [faces] (needs the reference face set: $VESTIGE_SHARED, else ../shared)
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { decodeImage } from '../core/images/decode.ts'
import { encodeJpeg } from '../core/images/encode.ts'
import { blank, crop, type Image8 } from '../core/images/pixels.ts'
import { resize } from '../core/images/resample.ts'
import { FOUND_FROM, syntheticMark } from '../core/images/synthetic/detect.ts'
import { markSynthetic } from '../core/images/synthetic/mark.ts'
import { demoPhotographs } from '../core/services/demo.ts'
import { head, row } from './faces/figures.ts'
import { lfwOriginals, read, shared } from './faces/lfwOriginals.ts'
import { machine } from './faces/machine.ts'

const trials = Number(process.argv[2] ?? 100)
const count = Number(process.argv[3] ?? 1000)
const people = lfwOriginals()
if (!people) {
  console.log('The reference face set is not here: set VESTIGE_SHARED to its folder.')
  process.exit(0)
}
const root = shared('faces', 'lfw-folds-1-8')
const faces = readdirSync(root).flatMap((name) =>
  readdirSync(path.join(root, name)).map((file) => path.join(root, name, file)),
)
/** The i-th of n faces, spread over the set. */
const face = (i: number, n: number): Promise<Image8> => read(faces[Math.floor((i * faces.length) / n)]!)

let state = 1
const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
const between = (from: number, to: number): number => from + (to - from) * random()
const jpeg = async (image: Image8, quality: number): Promise<Image8> =>
  (await decodeImage(await encodeJpeg(image, quality), 'x.jpg')).image
const scaled = (image: Image8, factor: number, kernel: 'bilinear' | 'bicubic' = 'bicubic'): Image8 =>
  resize(image, Math.max(1, Math.round(image.width * factor)), Math.max(1, Math.round(image.height * factor)), kernel)

/** A piece of at least half of each side. */
function cut(image: Image8, least = 0.5): Image8 {
  const [width, height] = [image.width, image.height].map((side) => Math.ceil(side * between(least, 1))) as [
    number,
    number,
  ]
  const [x, y] = [between(0, image.width - width), between(0, image.height - height)].map(Math.floor) as [
    number,
    number,
  ]
  return crop(image, { x, y, width, height })
}
/** The smallest piece of all: exactly half of each side. */
const quarter = (image: Image8): Image8 => {
  const side = Math.ceil(image.width / 2)
  return crop(image, { x: Math.floor(between(0, side)), y: Math.floor(between(0, side)), width: side, height: side })
}
const sizes = [
  [1280, 800],
  [1920, 1080],
  [2560, 1440],
] as const
/** A window of other things: rectangles and lines of text-like strokes, the picture at any zoom somewhere in it. */
function screenshot(image: Image8, zoom = 0.5 * 4 ** random()): Image8 {
  const shown = scaled(image, zoom, random() < 0.5 ? 'bilinear' : 'bicubic')
  const fitting = sizes.filter(([width, height]) => width > shown.width + 40 && height > shown.height + 40)
  const [width, height] = fitting[Math.floor(random() * fitting.length)] ?? [2560, 1440]
  const screen = blank(width, height, random() < 0.5 ? [30, 32, 38] : [244, 244, 240])
  const fill = (left: number, top: number, across: number, down: number): void => {
    const colour = [between(0, 256), between(0, 256), between(0, 256)]
    for (let y = Math.floor(top); y < Math.min(height, top + down); y++)
      for (let x = Math.floor(left); x < Math.min(width, left + across); x++)
        screen.data.set(colour, (y * width + x) * 3)
  }
  for (let k = 0; k < 40; k++) fill(between(0, width), between(0, height), between(20, 400), between(10, 200))
  for (let k = 0; k < 4000; k++)
    fill(between(0, width), 18 * Math.floor(between(0, height / 18)), between(1, 9), between(2, 12))
  const [x0, y0] = [between(0, width - shown.width), between(0, height - shown.height)].map(Math.floor) as [
    number,
    number,
  ]
  for (let y = 0; y < shown.height; y++)
    screen.data.set(shown.data.subarray(y * shown.width * 3, (y + 1) * shown.width * 3), ((y0 + y) * width + x0) * 3)
  return screen
}

const attacks: Record<string, (image: Image8) => Image8 | Promise<Image8>> = {
  none: (image) => image,
  'cut, 0.5 to 1 of each side': cut,
  'cut, 0.5 of each side': quarter,
  'resized to 0.25': (image) => scaled(image, 0.25),
  'JPEG 30': (image) => jpeg(image, 30),
  'screenshot, zoom 0.5 to 2': (image) => screenshot(image),
  'screenshot, JPEG 80': (image) => jpeg(screenshot(image), 80),
  '0.25, then JPEG 30': (image) => jpeg(scaled(image, 0.25), 30),
  'cut 0.5 to 1, then JPEG 30': (image) => jpeg(cut(image), 30),
  'cut 0.5, then JPEG 30': (image) => jpeg(quarter(image), 30),
  'cut 0.5 to 1, then 0.25': (image) => scaled(cut(image), 0.25),
  'cut 0.5, then 0.25 (56 px)': (image) => scaled(quarter(image), 0.25),
  'cut 0.5, then 0.25, JPEG 30': (image) => jpeg(scaled(quarter(image), 0.25), 30),
  'screenshot of the half, zoom 0.5': (image) => screenshot(quarter(image), 0.5),
}
console.log(`${machine(1)}\n\nFound from ${FOUND_FROM}. ${trials} faces of 112 px, marked (448 px), then:\n`)
console.log(head('what was done', 'found', 'of', 'lowest score', 'median score'))
for (const [name, attack] of Object.entries(attacks)) {
  const scores: number[] = []
  for (let i = 0; i < trials; i++)
    scores.push(syntheticMark(await attack(markSynthetic(await face(i, trials))), Infinity).score)
  scores.sort((a, b) => a - b)
  const found = scores.filter((score) => score >= FOUND_FROM).length
  console.log(row(name, found, trials, scores[0]!.toFixed(1), scores[trials >> 1]!.toFixed(1)))
}

/** Pictures by formula: gratings of all kinds, noise of all colours, chequers; what a lattice might be taken for. */
function generated(): Image8 {
  const [width, height] = [Math.floor(between(60, 700)), Math.floor(between(60, 700))]
  const data = new Uint8ClampedArray(width * height * 3)
  const waves = Array.from({ length: Math.floor(between(0, 12)) }, () => ({
    u: between(-1, 1) / between(1, 40),
    v: between(-1, 1) / between(1, 40),
    height: between(1, 60),
    colour: [between(-1, 1), between(-1, 1), between(-1, 1)],
  }))
  const [cell, noise] = [between(3, 60), between(0, 60)]
  const base = [between(0, 255), between(0, 255), between(0, 255)]
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++, p++) {
        let value = base[c]! + ((Math.floor(x / cell) + Math.floor(y / cell)) % 2) * noise + noise * (random() - 0.5)
        for (const wave of waves)
          value += wave.height * wave.colour[c]! * Math.sin(2 * Math.PI * (wave.u * x + wave.v * y))
        data[p] = value
      }
  return { width, height, data: new Uint8Array(data.buffer) }
}
const fractions = { '1x': count, '2x': Math.ceil(count / 2), '4x': Math.ceil(count / 5) }
const plain: Record<string, () => AsyncGenerator<Image8>> = {
  ...Object.fromEntries(
    Object.entries(fractions).map(([name, n]) => [
      `faces of 112 px, ${name}`,
      async function* () {
        for (let i = 0; i < n; i++) yield scaled(await face(i, n), Number(name[0]))
      },
    ]),
  ),
  'faces of 112 px, 2x, as JPEG 30': async function* () {
    for (let i = 0; i < Math.ceil(count / 4); i++) yield jpeg(scaled(await face(i, count), 2), 30)
  },
  'whole photographs of the set': async function* () {
    for (const { photographs } of people) for (const file of photographs) yield read(file)
  },
  'group photographs': async function* () {
    for (const file of demoPhotographs()) yield read(file)
  },
  'screenshots of unmarked faces': async function* () {
    for (let i = 0; i < Math.ceil(count / 10); i++) yield screenshot(scaled(await face(i, count), 4))
  },
  'generated pictures': async function* () {
    for (let i = 0; i < Math.ceil(count / 4); i++) yield generated()
  },
}
console.log('\nPictures without a mark:\n')
console.log(head('pictures', 'found marked', 'of', 'highest score', 'median score'))
for (const [name, pictures] of Object.entries(plain)) {
  const scores: number[] = []
  for await (const picture of pictures()) scores.push(syntheticMark(picture, Infinity).score)
  scores.sort((a, b) => a - b)
  const wrong = scores.filter((score) => score >= FOUND_FROM).length
  console.log(row(name, wrong, scores.length, scores.at(-1)!.toFixed(1), scores[scores.length >> 1]!.toFixed(1)))
}

const large = { width: 4000, height: 3000, data: new Uint8Array(36_000_000).map((_, i) => ((i * 7919) >> 3) & 255) }
const times = [0, 1, 2, 3, 4].map(() => {
  const start = process.cpuUsage()
  syntheticMark(large)
  return process.cpuUsage(start).user / 1000
})
console.log(`\nA picture of 12 megapixels: ${Math.min(...times).toFixed(0)} ms of one core.`)
