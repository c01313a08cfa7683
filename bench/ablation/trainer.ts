// Trains one recipe after the other on the same faces, backend and decoding cache; phases that rows share are run once.
import path from 'node:path'
import { sha256 } from '../../core/base/sha256.ts'
import { reporter } from '../../core/cli/train.ts'
import type { Terminal } from '../../core/cli/terminal.ts'
import { facesOf } from '../../core/learning/faces.ts'
import { toOnnx } from '../../core/nets/onnx/lower.ts'
import { openBackend, type LearnBackend } from '../../core/runtime/learn/backend.ts'
import { listCheckpoints, readCheckpoint, writeCheckpoint } from '../../core/training/checkpoint.ts'
import { openFeed } from '../../core/training/feed.ts'
import { runRecipe } from '../../core/training/loop.ts'
import { createModels } from '../../core/training/models.ts'
import type { Recipe } from '../../core/training/recipe.ts'
import { soleNetwork } from '../../core/training/result.ts'
import { pathsOf } from '../../core/training/step.ts'
import { neededCalls } from '../../core/training/taps.ts'
import { compileTerm } from '../../core/training/terms.ts'

export interface TrainerOptions {
  readonly data: readonly string[]
  readonly out: string
  /** Folds of a list of pairs whose people are kept out. */
  readonly people: { readonly pairs: string; readonly folds: readonly number[] }
  readonly minImages: number
  readonly signal: AbortSignal
  readonly terminal: Terminal
}
export interface Trainer {
  readonly faces: number
  readonly identities: number
  readonly device: string
  /** @returns the finished network as ONNX, or null where the signal stopped it */
  train(recipe: Recipe, run: string): Promise<Uint8Array | null>
  close(): void
}

/** The first phase of a recipe of several, alone: rows that agree in all that it depends on share it. */
function startOf(recipe: Recipe): Recipe | null {
  const [first, ...rest] = recipe.phases
  if (!first || rest.length === 0) return null
  const seen = neededCalls(pathsOf(first.steps.flatMap((step) => step.terms.map(compileTerm))))
  // Views draw from streams that are numbered: only the last ones can be left out.
  const last = Math.max(...[...seen.values()].map(({ view }) => recipe.views.findIndex((v) => v.name === view)))
  return {
    ...recipe,
    name: 'start',
    description: '',
    source: '',
    views: recipe.views.slice(0, last + 1),
    phases: [first],
  }
}

async function fastest(): Promise<LearnBackend> {
  try {
    return await openBackend('tensorflow')
  } catch {
    return openBackend('cpu')
  }
}

export async function openTrainer(options: TrainerOptions): Promise<Trainer> {
  const { data, out, people, minImages, signal, terminal } = options
  const { cache, samples, labels, identities } = await facesOf({
    data,
    run: path.join(out, 'runs'),
    validation: { ...people, resolutions: [] },
    minImages,
    signal,
    packing: (n, total) => terminal.progress(n, total, `reading faces, ${n} of ${total}`),
  })
  const backend = await fastest()
  terminal.note(`${samples.length} faces of ${identities.length} people; ${backend.device}`)

  const runOf = (recipe: Recipe): string =>
    sha256(JSON.stringify([recipe, cache.sha256, sha256(new Uint8Array(samples.buffer))]))
  const once = async (recipe: Recipe, folder: string): Promise<Uint8Array | null> => {
    const models = createModels(backend.tf, recipe, identities.length, new Map(), backend)
    try {
      const ended = await runRecipe({
        tf: backend.tf,
        recipe,
        models,
        samples: samples.length,
        classes: identities.length,
        run: runOf(recipe),
        folder,
        openFeed: (batch, first) => {
          const { views, pixels, seed } = recipe
          return openFeed({ cache: cache.folder, samples, labels, views, pixels, seed, batch }, first)
        },
        signal,
        tell: reporter(terminal),
        checkpointEvery: 300,
      })
      const { model, tap } = soleNetwork(recipe)
      const network = models.networks.get(model)!
      return ended === 'done' ? toOnnx(network.graph, await network.weights(), { taps: [tap] }) : null
    } finally {
      models.dispose()
    }
  }
  const newest = (run: string): string | undefined => listCheckpoints(path.join(run, 'checkpoints'))[0]

  return {
    faces: samples.length,
    identities: identities.length,
    device: backend.device,
    async train(recipe, run) {
      const start = startOf(recipe)
      if (start && !newest(run)) {
        const id = runOf(start)
        const shared = path.join(out, 'starts', id.slice(0, 16))
        if (!(await once(start, shared))) return null
        const finished = readCheckpoint(newest(shared)!, id)
        writeCheckpoint(path.join(run, 'checkpoints'), { ...finished, run: runOf(recipe) })
      }
      return once(recipe, run)
    },
    close() {
      cache.close()
      backend.close()
    },
  }
}
