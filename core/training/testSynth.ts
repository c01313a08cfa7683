// For tests: trains a recipe on synth-24 in this process, and asks the networks who the test faces show.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FaceCache } from '../datasets/cache.ts'
import { PEOPLE, synth24 } from '../datasets/synth.ts'
import { throughSize } from '../images/degrade.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { openBackend, type LearnBackend } from '../runtime/learn/backend.ts'
import type { RunEvent } from './events.ts'
import { runRecipe } from './loop.ts'
import { createModels, type Models } from './models.ts'
import type { Recipe } from './recipe.ts'
import { normalise, viewMaker } from './viewBatch.ts'

export interface Face {
  readonly image: Image8
  readonly person: number
}
export interface Synth {
  readonly train: readonly Face[]
  readonly test: readonly Face[]
}

/** synth-24 at the side that the networks take. */
export function synthAt(side: number, seed = 1): Synth {
  const faces = [...synth24(seed)].map((f) => ({
    image: resize(f.image, side, side, 'bicubic'),
    person: Number(f.identity.slice(1)) - 1,
    part: f.part,
  }))
  return { train: faces.filter((f) => f.part === 'train'), test: faces.filter((f) => f.part === 'test') }
}

/** TensorFlow's addon where it is installed, else WebAssembly. Graphics devices round differently and are left alone. */
export const fastBackend = (): Promise<LearnBackend> => openBackend('tensorflow').catch(() => openBackend('wasm'))

type StepEvent = Extract<RunEvent, { kind: 'step' }>

/**
 * Runs all phases.
 * @param onStep hears every step, after its tensors are gone @param models instead of the recipe's own
 * @returns the trained networks, and the loss of every step by phase
 */
export async function trainOn(
  { tf, batchNormalise, kernels }: LearnBackend,
  recipe: Recipe,
  { train }: Pick<Synth, 'train'>,
  {
    onStep,
    checkpointEvery = 1e9,
    ...given
  }: { onStep?: (event: StepEvent) => void; checkpointEvery?: number; models?: Models } = {},
): Promise<{ models: Models; losses: number[][] }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vestige-synth-'))
  const cache = { read: (i: number) => train[i]!.image } as unknown as FaceCache
  const fast = { ...(batchNormalise ? { batchNormalise } : {}), ...(kernels ? { kernels } : {}) }
  const models = given.models ?? createModels(tf, recipe, PEOPLE, new Map(), fast)
  const losses: number[][] = []
  try {
    await runRecipe({
      tf,
      recipe,
      models,
      samples: train.length,
      classes: PEOPLE,
      run: 'synth-24',
      folder,
      openFeed: (batch, first) => {
        const make = viewMaker(
          {
            cache: '',
            samples: Int32Array.from(train.keys()),
            labels: Int32Array.from(train, (f) => f.person),
            views: recipe.views,
            pixels: recipe.pixels,
            seed: recipe.seed,
            batch,
          },
          cache,
        )
        let step = first
        return { next: () => Promise.resolve(make(step++)), close: () => Promise.resolve() }
      },
      signal: new AbortController().signal,
      tell(event) {
        if (event.kind === 'phase') losses.push([])
        if (event.kind !== 'step') return
        losses.at(-1)!.push(event.loss)
        onStep?.(event)
      },
      checkpointEvery,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { models, losses }
}

export interface Asked {
  readonly tf: LearnBackend['tf']
  readonly models: Models
  readonly model: string
  readonly pixels: Recipe['pixels']
}

/** Embeddings of unit length of faces shrunk to r px and enlarged again, [N][D]. */
export function embed({ tf, models, model, pixels }: Asked, faces: readonly Face[], r: number): number[][] {
  const side = faces[0]!.image.width
  const plane = side * side * 3
  const x = new Float32Array(faces.length * plane)
  for (const [k, { image }] of faces.entries()) normalise(throughSize(image, Math.min(r, side)), pixels, x, k * plane)
  return tf.tidy(() => {
    const input = tf.tensor4d(x, [faces.length, side, side, 3])
    const { embedding } = models.networks.get(model)!.apply(input, { taps: ['embedding'] })
    const unit = tf.div(embedding!, tf.norm(embedding!, 2, 1, true))
    return unit.arraySync() as number[][]
  })
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0)

/** Share of test faces at r px whose nearest person, by the mean of the large training faces, is the right one. */
export function rank1(asked: Asked, { train, test }: Synth, r: number): number {
  const gallery = embed(asked, train, Number.POSITIVE_INFINITY)
  const people = Array.from({ length: PEOPLE }, (_, person) => {
    const own = gallery.filter((_, i) => train[i]!.person === person)
    const sum = own[0]!.map((_, d) => own.reduce((total, row) => total + row[d]!, 0))
    const norm = Math.sqrt(dot(sum, sum))
    return sum.map((v) => v / norm)
  })
  const right = embed(asked, test, r).filter((probe, i) => {
    const scores = people.map((p) => dot(p, probe))
    return scores.indexOf(Math.max(...scores)) === test[i]!.person
  })
  return right.length / test.length
}
