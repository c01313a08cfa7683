// Makes the batch of one step: its samples' views as network input, from the cache of faces and the seed alone.
import type { FaceCache } from '../datasets/cache.ts'
import { heatmaps } from '../datasets/priors/heatmaps.ts'
import { parsingMap } from '../datasets/priors/parsing.ts'
import { mirrorPoints, POINTS, type Points } from '../datasets/priors/points.ts'
import { openPoints } from '../datasets/priors/pointsFile.ts'
import type { Image8 } from '../images/pixels.ts'
import { createOrder } from './order.ts'
import { random } from '../images/random.ts'
import { augment } from './augment.ts'
import type { AugmentSpec, PriorSpec, Recipe, ViewSpec } from './recipe.ts'
import { tapKey, type LabelPath } from './taps.ts'
import { makeViews } from './views.ts'

/** All that the making of views depends on; plain data, so that a worker can be given it. */
export interface FeedPlan {
  /** Folder of the cache of faces. */
  readonly cache: string
  /** Faces that the run uses, as positions in the cache; and their classes. */
  readonly samples: Int32Array
  readonly labels: Int32Array
  readonly views: readonly ViewSpec[]
  readonly pixels: Recipe['pixels']
  readonly seed: number
  readonly batch: number
  readonly priors?: PriorPlan
  readonly augment?: AugmentSpec
}
/** Labels that the terms ask for, and the file of points that they are drawn from. */
export interface PriorPlan extends PriorSpec {
  readonly wanted: readonly LabelPath[]
  readonly points: string
}

export interface ViewBatch {
  readonly step: number
  readonly epoch: number
  /** Positions among the run's samples, [B]. */
  readonly samples: Int32Array
  readonly labels: Int32Array
  readonly views: Readonly<Record<string, ViewTensor>>
  /** `view.landmarks` [B, grid, grid, 68], zeros where a face has none; `view.parsing` [B, grid, grid], 255 counts nowhere. */
  readonly drawn: Readonly<Record<string, { readonly shape: number[]; readonly data: Float32Array }>>
}
export interface ViewTensor {
  /** [B, size, size, 3], normalised. */
  readonly data: Float32Array
  readonly size: number
  readonly flipped: Uint8Array
  /** Side that each was shrunk to. */
  readonly resolutions: Int32Array
}

/** 8-bit pixels to network input: (p - mean) / scale per channel, written at `offset`. */
export function normalise(image: Image8, { mean, scale }: Recipe['pixels'], out: Float32Array, offset: number): void {
  const { data } = image
  for (let c = 0; c < 3; c++) {
    const m = mean[c]!
    const s = scale[c]!
    for (let i = c; i < data.length; i += 3) out[offset + i] = (data[i]! - m) / s
  }
}

/** Of the stream that augmentations are drawn from; views have the streams from 1. */
const AUGMENT = 0x6175676d

/** @returns the batch of any step; deterministic in (plan, step) */
export function viewMaker(plan: FeedPlan, cache: FaceCache): (step: number) => ViewBatch {
  const { samples, labels, views, pixels, seed, batch, priors } = plan
  const points = priors && openPoints(priors.points)
  const order = createOrder(seed, samples.length, batch)
  const changedFace = (
    face: Image8,
    spec: AugmentSpec,
    at: { seed: number; epoch: number; sample: number },
  ): Image8 => {
    const draw = random(at.seed, at.epoch, at.sample, AUGMENT)
    return augment(face, spec, draw, () => cache.read(samples[draw.below(samples.length)]!))
  }
  return (step) => {
    const places = order(step)
    const tensors = Object.fromEntries(
      views.map(({ name, size }): [string, ViewTensor] => [
        name,
        {
          data: new Float32Array(batch * size * size * 3),
          size,
          flipped: new Uint8Array(batch),
          resolutions: new Int32Array(batch),
        },
      ]),
    )
    for (const [k, { epoch, sample }] of places.entries()) {
      const face = cache.read(samples[sample]!)
      const changed = plan.augment ? changedFace(face, plan.augment, { seed, epoch, sample }) : face
      const made = makeViews(changed, views, { seed, epoch, sample })
      for (const { name, image, flipped, resolution } of made) {
        const into = tensors[name]!
        normalise(image, pixels, into.data, k * into.size * into.size * 3)
        into.flipped[k] = Number(flipped)
        into.resolutions[k] = resolution
      }
    }
    const drawn = Object.fromEntries(
      (priors?.wanted ?? []).map((path) => {
        const faces = places.map(({ sample }, k) => {
          const found = points!.points(samples[sample]!)
          return found && tensors[path.view]!.flipped[k] ? mirrorPoints(found) : found
        })
        return [tapKey(path), drawLabel(path, faces, priors!)]
      }),
    )
    return {
      step,
      epoch: places[0]!.epoch,
      samples: Int32Array.from(places, (p) => p.sample),
      labels: Int32Array.from(places, (p) => labels[p.sample]!),
      views: tensors,
      drawn,
    }
  }
}

function drawLabel(
  { label }: LabelPath,
  faces: readonly (Points | null)[],
  { grid, sigma }: PriorSpec,
): { shape: number[]; data: Float32Array } {
  const cells = grid * grid * (label === 'landmarks' ? POINTS : 1)
  const data = new Float32Array(faces.length * cells)
  for (const [k, points] of faces.entries())
    if (label === 'landmarks') heatmaps(points, grid, sigma, data.subarray(k * cells, (k + 1) * cells))
    else data.set(parsingMap(points, grid), k * cells)
  return { shape: [faces.length, grid, grid, ...(label === 'landmarks' ? [POINTS] : [])], data }
}
