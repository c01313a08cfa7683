// What a training view costs: views a second of one core, beside what decoding and resizing alone cost, step by step.
// Run: node bench/views.ts [folder of faces; default: synth-24]
import { cpus } from 'node:os'
import { openDataset } from '../core/datasets/open.ts'
import { synth24 } from '../core/datasets/synth.ts'
import { blurGaussian, blurMotion } from '../core/images/blur.ts'
import { decodeImage } from '../core/images/decode.ts'
import { throughSize } from '../core/images/degrade.ts'
import { encodeJpeg } from '../core/images/encode.ts'
import { jpegRoundTrip } from '../core/images/jpeg.ts'
import { addNoise } from '../core/images/noise.ts'
import { lowResolutionCopy, resize } from '../core/images/resample.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { random } from '../core/images/random.ts'
import { ViewSpec } from '../core/training/recipe.ts'
import { makeViews } from '../core/training/views.ts'

const FACES = 128
const ROUNDS = 15

async function faces(folder: string | undefined): Promise<Image8[]> {
  if (folder === undefined) return [...synth24(1)].slice(0, FACES).map(({ image }) => image)
  const set = await openDataset(folder)
  const every = Math.max(1, Math.floor(set.samples.length / FACES))
  const chosen = set.samples.flatMap((_, i) => (i % every === 0 ? [i] : [])).slice(0, FACES)
  const images: Image8[] = []
  for (const i of chosen) images.push(resize(await set.decode(i), 112, 112, 'bicubic'))
  return images
}

const images = await faces(process.argv[2])
const files = await Promise.all(images.map((image) => encodeJpeg(image, 90)))
const lr = (extra: object): ViewSpec =>
  ViewSpec.parse({
    name: 'lr',
    size: 112,
    flip: 'independent',
    resolutions: { kind: 'range', from: 6, to: 40 },
    ...extra,
  })
const full = lr({ degrade: 'surveillance' })
const plain = lr({})
const side = (i: number): number => 6 + ((i * 7) % 35)

/** Each makes the i-th view of a round; the round is part of the seed. */
const runs: Record<string, (image: Image8, i: number, round: number) => unknown> = {
  'view 6-40 px, surveillance': (image, i, epoch) => makeViews(image, [full], { seed: 1, epoch, sample: i }),
  'view 6-40 px, not degraded': (image, i, epoch) => makeViews(image, [plain], { seed: 1, epoch, sample: i }),
  'baseline: decode JPEG, shrink, enlarge': async (_, i) =>
    lowResolutionCopy((await decodeImage(files[i]!, 'face.jpg')).image, side(i), 112),
  'step: shrink and enlarge': (image, i) => throughSize(image, side(i)),
  'step: Gaussian blur': (image, i) => blurGaussian(image, 3 + 2 * (i % 4), 1.5),
  'step: motion blur': (image, i) => blurMotion(image, 3 + 2 * (i % 5), i),
  'step: noise, one plane': (image, i) => addNoise(image, 8, true, random(i)),
  'step: noise, three planes': (image, i) => addNoise(image, 8, false, random(i)),
  'step: JPEG': (image, i) => jpegRoundTrip(image, 30 + (i % 66)),
}

// Processor time, not the clock: other programs on the machine do not count. Interleaved, so that a change of the
// processor's speed meets all alike.
const times: Record<string, number[]> = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
for (let round = -2; round < ROUNDS; round++)
  for (const [name, run] of Object.entries(runs)) {
    const before = process.cpuUsage()
    for (const [i, image] of images.entries()) await run(image, i, round)
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) times[name]!.push((user + system) / 1000 / images.length)
  }

console.log(
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}; ${images.length} faces of 112 px,`,
)
console.log(`${ROUNDS} rounds, median of processor time; views a second of one core\n`)
console.log('| | ms | per second | quartiles, ms |\n|---|---|---|---|')
for (const [name, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
  const quartiles = `${at(0.25).toFixed(3)}-${at(0.75).toFixed(3)}`
  console.log(`| ${name} | ${at(0.5).toFixed(3)} | ${Math.round(1000 / at(0.5))} | ${quartiles} |`)
}
