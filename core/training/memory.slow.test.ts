// Five hundred steps of a run hold as much memory as five: a frozen teacher, a student, averages, clipping, checkpoints.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { noise } from '../images/testPatterns.ts'
import { openBackend, type BackendKind, type LearnBackend } from '../runtime/learn/backend.ts'
import { Recipe } from './recipe.ts'
import { trainOn } from './testSynth.ts'

const SIDE = 16
const BATCH = 4
const STEPS = 500
const faces = Array.from({ length: 20 }, (_, i) => ({ image: noise(SIDE, SIDE, i), person: i % 5 }))

/** The full recipe A, its networks as small as they come: a few steps for the teacher, then the student's. */
function recipe(): Recipe {
  const file = resource('recipes', 'a', 'small', 'table-a1-row-5.json')
  const made = Recipe.parse(JSON.parse(readFileSync(file, 'utf8')))
  const config = { depth: 18, width: 0.05, input: SIDE, embedding: 8 }
  for (const model of Object.values(made.models)) if (model.kind === 'network') model.config = config
  for (const view of made.views) view.size = SIDE
  for (const head of Object.values(made.heads)) head.embedding = config.embedding
  for (const [i, phase] of made.phases.entries()) {
    phase.batch = BATCH
    phase.epochs = ((i === 0 ? 10 : STEPS) * BATCH) / faces.length
    phase.clip = 1
    phase.ema = { decay: 0.99 }
  }
  return made
}

const open = (kind: BackendKind): Promise<LearnBackend | null> => openBackend(kind).catch(() => null)

it.for(['tensorflow', 'wasm'] as const)(
  `holds as many tensors and bytes after ${STEPS} steps as after 5: %s`,
  async (kind, { skip }) => {
    const backend = await open(kind)
    if (!backend) return skip(`${kind} is not here`)
    const held: Record<number, { tensors: number; bytes: number }> = {}
    const { models, losses } = await trainOn(
      backend,
      recipe(),
      { train: faces },
      {
        onStep({ phase, step }) {
          const { numTensors, numBytes } = backend.tf.memory()
          if (phase === 'student') held[step] = { tensors: numTensors, bytes: numBytes }
        },
        checkpointEvery: 5,
      },
    )
    expect(losses.map((l) => l.length)).toEqual([10, STEPS])
    expect(held[STEPS]).toEqual(held[5])
    models.dispose()
  },
  900_000,
)
