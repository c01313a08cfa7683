// Writes one of our own packages into resources/models from finished runs of vestige train: run again, the same bytes.
//
//   node scripts/make-student-package.ts <file.json>      (resources/packages/*.json)
//
// Several probe networks become one that adds their unit-length embeddings. Weights are stored in 16 bits; what is
// measured and shipped is the network with those weights.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { resource } from '../core/base/root.ts'
import { writeTrainedPackage, LIMITS } from '../core/models/trained.ts'
import { count } from '../core/nets/count.ts'
import { ensemble } from '../core/nets/ensemble.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { finishedRun, small, styleCard, type Finished } from './packageFiles.ts'

const Plan = z.strictObject({
  folder: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  /** Folders of finished runs, relative to the plan's own folder or absolute. */
  probe: z.array(z.string()).min(1),
  gallery: z.string().nullable(),
  flip: z.boolean(),
  /** Probes above this native side go through the gallery's network. */
  probeUpTo: z.number().nullish(),
  second: z.object({ upTo: z.number(), weight: z.number() }).nullable(),
  trainedOn: z.string(),
  recipe: z.string(),
  licence: z.string(),
  source: z.string(),
  limits: z.array(z.string()),
  /** Output of vestige evaluate --json for the package, made from an earlier version of this one; or null. */
  evaluation: z.string().nullable(),
})

const [file] = process.argv.slice(2)
if (!file) throw new Error('name a plan: node scripts/make-student-package.ts resources/packages/vestige-s.json')
const plan = Plan.parse(JSON.parse(readFileSync(file, 'utf8')))
const runs = process.env['VESTIGE_RUNS'] ?? path.dirname(path.resolve(file))

const fromRun = (folder: string): Finished => finishedRun(path.resolve(runs, folder))

function joined(folders: readonly string[]): Finished {
  const nets = folders.map(fromRun)
  const [first] = nets
  if (nets.length === 1) return first!
  if (new Set(nets.map(({ pixels }) => JSON.stringify(pixels))).size > 1) throw new Error('the runs differ in pixels')
  return {
    ...ensemble(
      nets.map((n) => n.graph),
      nets.map((n) => n.weights),
    ),
    pixels: first!.pixels,
  }
}

const written = (net: Finished): Uint8Array =>
  toOnnx(net.graph, small(net.weights), { metadata: { name: plan.name, version: plan.version } })

const Evaluation = z.object({
  command: z.string(),
  results: z.array(
    z.object({
      resolution: z.number(),
      mode: z.string(),
      accuracy: z.number(),
      se: z.number(),
      auc: z.number(),
      pairs: z.object({ same: z.number(), different: z.number() }),
    }),
  ),
})

function measurements() {
  if (plan.evaluation === null) return []
  const { results, command } = Evaluation.parse(JSON.parse(readFileSync(path.resolve(runs, plan.evaluation), 'utf8')))
  return results.flatMap(({ resolution, accuracy, se, auc, pairs }) => [
    {
      what: `Verification accuracy, one face of a pair shrunk to this size against the other at 112 px (area under the ROC curve ${auc.toFixed(4)})`,
      value: accuracy,
      standardError: se,
      n: pairs.same + pairs.different,
      resolution: `${resolution} px`,
      command,
    },
  ])
}

const probe = joined(plan.probe)
const gallery = plan.gallery === null ? null : joined([plan.gallery])
const people = [
  ...new Set(
    [...plan.probe, ...(plan.gallery ? [plan.gallery] : [])].flatMap((run) =>
      readFileSync(path.resolve(runs, run, 'training-people.txt'), 'utf8')
        .split('\n')
        .filter(Boolean),
    ),
  ),
].sort()
const cost = count(probe.graph)
const folder = resource(`models/${plan.folder}`)
const card = await writeTrainedPackage(folder, {
  about: {
    name: plan.name,
    version: plan.version,
    description: plan.description,
    network: `${probe.graph.name}${gallery ? `; galleries: ${gallery.graph.name}` : ''}; weights in 16 bits`,
    parameters: cost.parameters,
    macs: cost.macs,
    trainedOn: plan.trainedOn,
    recipe: plan.recipe,
    licence: plan.licence,
    source: plan.source,
    validatedFrom: null,
    measurements: measurements(),
    limits: [...plan.limits, ...LIMITS],
  },
  pixels: {
    size: 112,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: probe.pixels.mean,
    scale: probe.pixels.scale,
    resampler: 'vestige-bicubic-warp-1',
    alignment: 'arcface-112',
  },
  model: written(probe),
  gallery: gallery && written(gallery),
  flip: plan.flip,
  probe: plan.probeUpTo ? { upTo: plan.probeUpTo } : null,
  second: plan.second,
  people,
})
await styleCard(folder, card)
process.stdout.write(
  `${folder}: ${cost.parameters} parameters, ${(cost.macs / 1e6).toFixed(1)} M multiply-accumulates\n`,
)
