// Measures what the shipped models cost, and how the interim recogniser's scores lie. Run: node bench/nets.ts
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { appRoot } from '../core/base/root.ts'
import type { PixelContract } from '../core/contract/models.ts'
import { alignFace, templatePoints } from '../core/images/align.ts'
import { decodeImage } from '../core/images/decode.ts'
import { resize } from '../core/images/resample.ts'
import { listPackages, loadModel, type PackageOnDisk } from '../core/models/packages.ts'
import { cosine, embedOne } from '../core/models/selfTest.ts'
import { openSession, type OnnxSession } from '../core/runtime/session.ts'

const THREADS = 2

/** Median, 10th and 90th percentile. */
function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(1)
  return `${at(0.5)} ms (10 % ${at(0.1)}, 90 % ${at(0.9)}, n = ${sorted.length})`
}
async function times(n: number, run: () => Promise<unknown>): Promise<number[]> {
  const out: number[] = []
  for (let i = 0; i < n; i++) {
    const start = performance.now()
    await run()
    out.push(performance.now() - start)
  }
  return out
}

async function costOf(p: PackageOnDisk): Promise<void> {
  const load = await times(5, () => Promise.resolve(loadModel(p)))
  const bytes = loadModel(p)
  const sessions: OnnxSession[] = []
  const open = await times(5, async () => sessions.push(await openSession(bytes, { threads: THREADS })))
  const session = sessions.pop()!
  const [input] = session.inputs
  const run = async (batch: number, n: number): Promise<number[]> => {
    const dims = input!.dims.map((d, i) => (typeof d === 'number' ? d : i === 0 ? batch : 640))
    const data = new Float32Array(dims.reduce((a, b) => a * b)).fill(0.5)
    const feeds = { [input!.name]: { dims, data } }
    await times(3, () => session.run(feeds))
    return (await times(n, () => session.run(feeds))).map((ms) => ms / batch)
  }
  console.log(`${p.card.name}: ${(p.bytes / 1e6).toFixed(2)} MB`)
  console.log(`  read and verify  ${spread(load)}`)
  console.log(`  open session     ${spread(open)}`)
  console.log(`  one image        ${spread(await run(1, 40))}`)
  if (typeof input!.dims[0] === 'string') console.log(`  of a batch of 8  ${spread(await run(8, 10))} per image`)
  for (const s of [session, ...sessions]) await s.release()
}

/** A 112 px aligned face shrunk to `px` (antialiased bicubic) and back, and from there to the recogniser's square. */
async function embedFile(session: OnnxSession, file: string, pixels: PixelContract, px: number): Promise<Float32Array> {
  let { image } = await decodeImage(readFileSync(file), path.basename(file))
  if (px < image.width) image = resize(resize(image, px, px, 'bicubic'), image.width, image.width, 'bicubic')
  const five = templatePoints('arcface-112', image.width).map(({ x, y }) => ({ x: x + 0.5, y: y + 0.5 }))
  return embedOne(session, alignFace(image, five as never, pixels), pixels)
}

/** Fold 1 of the reference pairs: how cosines of one person and of two people lie, probe at several sizes. */
async function scores(p: PackageOnDisk, shared: string): Promise<void> {
  const lines = readFileSync(path.join(shared, 'faces', 'pairs-folds-1-8.txt'), 'utf8')
    .split('\n')
    .slice(1, 601)
  const file = (name: string, n: string) =>
    path.join(shared, 'faces', 'lfw-folds-1-8', name, `${name}_${n.padStart(4, '0')}.jpg`)
  const pairs = lines.map((line) => {
    const f = line.trim().split('\t')
    return f.length === 3
      ? { same: true, a: file(f[0]!, f[1]!), b: file(f[0]!, f[2]!) }
      : { same: false, a: file(f[0]!, f[1]!), b: file(f[2]!, f[3]!) }
  })
  const session = await openSession(loadModel(p), { threads: THREADS })
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length
  for (const px of [112, 32, 16]) {
    const scored: { same: boolean; score: number }[] = []
    for (const { same, a, b } of pairs) {
      const probe = await embedFile(session, a, p.card.pixels!, px)
      scored.push({ same, score: cosine(probe, await embedFile(session, b, p.card.pixels!, 112)) })
    }
    const of = (same: boolean) => scored.filter((s) => s.same === same).map((s) => s.score)
    // Area under the ROC curve: the share of same/different pairs that stand in the right order.
    const [own, other] = [of(true), of(false)]
    const auc = mean(own.map((s) => mean(other.map((o) => (s > o ? 1 : s === o ? 0.5 : 0)))))
    console.log(
      `  probe ${px} px: mean cosine same person ${mean(own).toFixed(3)}, different people ${mean(other).toFixed(3)}, ` +
        `area under ROC ${auc.toFixed(4)} ± ${standardError(auc, own.length, other.length).toFixed(4)} ` +
        `(${own.length} + ${other.length} pairs)`,
    )
  }
  await session.release()
}

/** Of an area under the ROC curve (Hanley & McNeil 1982, equation 1). */
function standardError(area: number, own: number, other: number): number {
  const q1 = area / (2 - area) - area ** 2
  const q2 = (2 * area ** 2) / (1 + area) - area ** 2
  return Math.sqrt((area * (1 - area) + (own - 1) * q1 + (other - 1) * q2) / (own * other))
}

const { packages } = listPackages()
for (const p of packages) await costOf(p)
const shared = path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared')
if (!existsSync(path.join(shared, 'faces'))) console.log('scores: skipped, no reference face set at VESTIGE_SHARED')
else
  for (const p of packages.filter((p) => p.card.role === 'recogniser')) {
    console.log(`${p.card.name}, fold 1 of the reference pairs:`)
    await scores(p, shared)
  }
