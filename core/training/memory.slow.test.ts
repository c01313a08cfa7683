// Five hundred steps of a run hold as much memory as five: a frozen teacher, a student, averages, clipping, checkpoints.
import type * as TfCore from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { PEOPLE } from '../datasets/synth.ts'
import { noise } from '../images/testPatterns.ts'
import { build } from '../nets/build.ts'
import { initialWeights } from '../nets/initialise.ts'
import { weightSpecs } from '../nets/specs.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { openBackend, type LearnBackend } from '../runtime/learn/backend.ts'
import { createHead } from './heads.ts'
import type { Models } from './models.ts'
import { Recipe } from './recipe.ts'
import { trainOn } from './testSynth.ts'

const SIDE = 16
const BATCH = 4
const STEPS = 500
const EMBEDDING = 8
const faces = Array.from({ length: 20 }, (_, i) => ({ image: noise(SIDE, SIDE, i), person: i % 5 }))

/** Recipe A with all its losses; a few steps for the teacher, then the student's. */
function recipe(): Recipe {
  const file = resource('recipes', 'a', 'small', 'table-a1-row-5.json')
  const made = Recipe.parse(JSON.parse(readFileSync(file, 'utf8')))
  for (const view of made.views) view.size = SIDE
  for (const head of Object.values(made.heads)) head.embedding = EMBEDDING
  for (const [i, phase] of made.phases.entries()) {
    phase.batch = BATCH
    phase.epochs = ((i === 0 ? 10 : STEPS) * BATCH) / faces.length
    phase.clip = 1
    phase.ema = { decay: 0.99 }
  }
  return made
}

/** Two stages and an embedding: all that the recipe's losses look at. */
function graph() {
  const g = build('two stages')
  const first = g.prelu('a', g.batchNorm('n', g.conv('c', g.input([SIDE, SIDE, 3]), { filters: 4, kernel: 3, pad: 1 })))
  const second = g.conv('d', g.maxPool('m', first, { kernel: 2 }), { filters: 4, kernel: 3, stride: 2, pad: 1 })
  const embedding = g.dense('e', g.dropout('o', g.flatten('f', second, 'chw'), 0.2), { units: EMBEDDING })
  return g.done({ embedding, s1: first, s2: second })
}

function models({ tf, batchNormalise, kernels }: LearnBackend, { heads }: Recipe): Models {
  const fast = { ...(batchNormalise ? { batchNormalise } : {}), ...(kernels ? { kernels } : {}) }
  const of = graph()
  const networks = ['teacher', 'student'].map(
    (name, i) => [name, toTensorFlow(tf, of, initialWeights(of, i), fast)] as const,
  )
  const made = Object.entries(heads).map(
    ([name, spec]) => [name, createHead(tf as unknown as typeof TfCore, spec, PEOPLE, 1)] as const,
  )
  const own = (name: string) => `${name}/weight`
  const variables = networks.flatMap(([name, network]) =>
    weightSpecs(of).map((s) => [`${name}/${s.name}`, network.variable(s.name), s.trainable] as const),
  )
  return {
    networks: new Map(networks),
    heads: new Map(made),
    all: new Map<string, TfCore.Variable>([
      ...variables.map(([name, v]) => [name, v] as const),
      ...made.map(([name, head]) => [own(name), head.weight] as const),
    ]),
    trainable: new Set([...variables.flatMap(([name, , t]) => (t ? [name] : [])), ...made.map(([name]) => own(name))]),
    dispose() {
      for (const [, each] of [...networks, ...made]) each.dispose()
    },
  }
}

it.for(['tensorflow', 'wasm', 'cpu'] as const)(
  `holds as many tensors and bytes after ${STEPS} steps as after 5: %s`,
  async (kind, { skip }) => {
    const backend = await openBackend(kind).catch(() => null)
    if (!backend) return skip(`${kind} is not here`)
    const plan = recipe()
    const made = models(backend, plan)
    const held: Record<number, { tensors: number; bytes: number }> = {}
    const { losses } = await trainOn(
      backend,
      plan,
      { train: faces },
      {
        models: made,
        onStep({ phase, step }) {
          const { numTensors, numBytes } = backend.tf.memory()
          if (phase === 'student') held[step] = { tensors: numTensors, bytes: numBytes }
        },
        checkpointEvery: 2,
      },
    )
    expect(losses.map((l) => l.length)).toEqual([10, STEPS])
    expect(held[STEPS]).toEqual(held[5])
    made.dispose()
  },
)
