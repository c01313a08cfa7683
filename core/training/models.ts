// The networks and class heads of a recipe as variables with names, so that they can be trained, kept and put back.
import type * as Tf from '@tensorflow/tfjs-core'
import { UserFacingError } from '../contract/errors.ts'
import { startingWeights } from '../nets/import/start.ts'
import { initialWeights } from '../nets/initialise.ts'
import { network } from '../nets/registry.ts'
import { toTensorFlow, type TensorFlow, type TfNetwork } from '../nets/tensorflow.ts'
import type { BatchNormalise, FastKernels } from '../nets/tensorflowOps.ts'
import { weightSpecs } from '../nets/specs.ts'
import type { Weight } from '../nets/weights.ts'
import type { Tensors } from './checkpoint.ts'
import { createHead, type Head } from './heads.ts'
import type { ModelSpec, Recipe } from './recipe.ts'

export interface Models {
  readonly networks: ReadonlyMap<string, TfNetwork>
  readonly heads: ReadonlyMap<string, Head>
  /** Every variable, running statistics included: `student/stem/filter`, `head/weight`. */
  readonly all: ReadonlyMap<string, Tf.Variable>
  /** Those that gradients may move. */
  readonly trainable: ReadonlySet<string>
  dispose(): void
}

/**
 * @param fast kernels of the backend, which can be given as it is
 * @param files bytes of the ONNX files that the recipe's models begin with, by role
 * @throws UserFacingError where a role is missing or a file does not fit its network
 */
export function createModels(
  tf: TensorFlow,
  recipe: Recipe,
  classes: number,
  files: Files,
  fast: { readonly batchNormalise?: BatchNormalise; readonly kernels?: FastKernels } = {},
): Models {
  const networks = new Map<string, TfNetwork>()
  const heads = new Map<string, Head>()
  const all = new Map<string, Tf.Variable>()
  const trainable = new Set<string>()
  for (const [position, [name, spec]] of Object.entries(recipe.models).entries()) {
    if (spec.kind !== 'network') continue
    const graph = network(spec.network, spec.config)
    const weights = firstWeights(recipe, name, spec, recipe.seed + 1000 * (position + 1), files)
    const made = toTensorFlow(tf, graph, weights, fast)
    networks.set(name, made)
    for (const each of weightSpecs(graph)) {
      all.set(`${name}/${each.name}`, made.variable(each.name))
      if (each.trainable) trainable.add(`${name}/${each.name}`)
    }
  }
  for (const [position, [name, spec]] of Object.entries(recipe.heads).entries()) {
    const head = createHead(tf as unknown as typeof Tf, spec, classes, recipe.seed + position)
    heads.set(name, head)
    all.set(`${name}/weight`, head.weight)
    trainable.add(`${name}/weight`)
  }
  return {
    networks,
    heads,
    all,
    trainable,
    dispose() {
      for (const each of [...networks.values(), ...heads.values()]) each.dispose()
    },
  }
}

type Files = ReadonlyMap<string, { readonly name: string; readonly bytes: Uint8Array }>

function firstWeights(
  recipe: Recipe,
  model: string,
  { network: name, config, initial }: Extract<ModelSpec, { kind: 'network' }>,
  seed: number,
  files: Files,
): ReadonlyMap<string, Weight> {
  if (initial.from === 'random') return initialWeights(network(name, config), seed)
  const file = files.get(initial.role)
  if (!file)
    throw new UserFacingError(
      'invalid-input',
      `The recipe "${recipe.name}" starts ${model} from a file that it calls "${initial.role}"; name it by --role ${initial.role}=<file.onnx>.`,
    )
  const weights = startingWeights(name, config, file.bytes, file.name, seed, model)
  const fresh = initialWeights(network(name, config), seed)
  const isNew = (key: string): boolean => initial.except.some((group) => key.startsWith(`${group}/`))
  return new Map([...weights].map(([key, weight]) => [key, isNew(key) ? fresh.get(key)! : weight]))
}

/** Trainable variables of some groups. @throws UserFacingError where a group names nothing */
export function groupVariables(models: Models, groups: readonly string[]): Map<string, Tf.Variable> {
  const chosen = new Map<string, Tf.Variable>()
  for (const group of groups) {
    let found = false
    for (const [name, variable] of models.all)
      if (models.trainable.has(name) && name.startsWith(`${group}/`)) {
        chosen.set(name, variable)
        found = true
      }
    if (!found)
      throw new UserFacingError('invalid-input', `The recipe trains "${group}", but has nothing of that name.`)
  }
  return chosen
}

/** Current values of some variables, as copies. */
export async function valuesOf(variables: ReadonlyMap<string, Tf.Tensor>): Promise<Tensors> {
  const values = new Map<string, { shape: number[]; data: Float32Array }>()
  for (const [name, v] of variables) values.set(name, { shape: [...v.shape], data: Float32Array.from(await v.data()) })
  return values
}

/** Puts kept values back. @throws Error where one is missing or of another shape */
export function assignValues(tf: TensorFlow, variables: ReadonlyMap<string, Tf.Variable>, values: Tensors): void {
  for (const [name, variable] of variables) {
    const kept = values.get(name)
    if (!kept || kept.shape.join() !== variable.shape.join()) throw new Error(`the checkpoint has no ${name} that fits`)
    const tensor = tf.tensor(kept.data, [...kept.shape], 'float32')
    variable.assign(tensor)
    tensor.dispose()
  }
}
