// Writes a hallucinator of ours into resources/models from a finished run of vestige train: run again, the same bytes.
//
//   node scripts/make-hallucinator-package.ts <file.json>      (resources/packages/*.json; runs in $VESTIGE_RUNS)
//
// Weights are stored in 16 bits; what is measured and shipped is the network with those weights.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { resource } from '../core/base/root.ts'
import { identityMeasures } from '../core/learning/evaluateHallucinator.ts'
import type { HallucinationResult } from '../core/evaluation/hallucination.ts'
import { LIMITS, writeHallucinatorPackage } from '../core/models/trained.ts'
import { count } from '../core/nets/count.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { finishedRun, small, styleCard } from './packageFiles.ts'

const Plan = z.strictObject({
  folder: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  /** Folder of the finished run. */
  run: z.string(),
  /** Native sides that it was trained on. */
  from: z.number(),
  to: z.number(),
  trainedOn: z.string(),
  recipe: z.string(),
  licence: z.string(),
  source: z.string(),
  limits: z.array(z.string()),
  /** Output of vestige evaluate-hallucinator --json for the package, made from an earlier version of this one; or null. */
  evaluation: z.string().nullable(),
  /** Recogniser of that evaluation whose view the card quotes: one that had no part in the training. */
  judge: z.string(),
})
const [file] = process.argv.slice(2)
if (!file) throw new Error('name a plan: node scripts/make-hallucinator-package.ts resources/packages/vestige-rim.json')
const plan = Plan.parse(JSON.parse(readFileSync(file, 'utf8')))
const at = path.resolve(process.env['VESTIGE_RUNS'] ?? path.dirname(path.resolve(file)), plan.run)
const { graph, weights, pixels } = finishedRun(at)
const { results, command } =
  plan.evaluation === null
    ? { results: [], command: '' }
    : (JSON.parse(readFileSync(path.resolve(at, '..', plan.evaluation), 'utf8')) as {
        results: HallucinationResult[]
        command: string
      })
const cost = count(graph)
const folder = resource(`models/${plan.folder}`)
const card = await writeHallucinatorPackage(folder, {
  about: {
    name: plan.name,
    version: plan.version,
    description: plan.description,
    network: `${graph.name}; weights in 16 bits`,
    parameters: cost.parameters,
    macs: cost.macs,
    trainedOn: plan.trainedOn,
    recipe: plan.recipe,
    licence: plan.licence,
    source: plan.source,
    validatedFrom: null,
    measurements: results.flatMap(({ resolution, faces, hallucinated, bicubic, judged }) => [
      {
        what: `PSNR of the made-up face in dB (bicubic enlargement: ${bicubic.psnr.mean.toFixed(2)})`,
        value: hallucinated.psnr.mean,
        standardError: hallucinated.psnr.se,
        n: faces,
        resolution: `${resolution} px`,
        command,
      },
      ...Object.entries(judged).map(([judge, likeness]) => ({
        what: `Cosine of the made-up and the true face by ${judge} (bicubic enlargement: ${likeness.bicubic.cosine.mean.toFixed(3)})`,
        value: likeness.hallucinated.cosine.mean,
        standardError: likeness.hallucinated.cosine.se,
        n: faces,
        resolution: `${resolution} px`,
        command,
      })),
    ]),
    limits: [...plan.limits, ...LIMITS],
  },
  pixels: {
    size: 112,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: pixels.mean,
    scale: pixels.scale,
    resampler: 'vestige-bicubic-warp-1',
    alignment: 'arcface-112',
  },
  model: toOnnx(graph, small(weights), {
    taps: Object.keys(graph.taps),
    metadata: { name: plan.name, version: plan.version },
  }),
  hallucination: { measures: identityMeasures(results, plan.judge), from: plan.from, to: plan.to },
  people: readFileSync(path.join(at, 'training-people.txt'), 'utf8').split('\n').filter(Boolean),
})
await styleCard(folder, card)
process.stdout.write(
  `${folder}: ${cost.parameters} parameters, ${(cost.macs / 1e6).toFixed(1)} M multiply-accumulates\n`,
)
