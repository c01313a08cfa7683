// Lowers a graph to TensorFlow.js, with variables, so that it can be trained on whichever backend is active.
import type * as Tf from '@tensorflow/tfjs'
import { inputOf, neededFor, nodeOf, type Graph } from './graph.ts'
import { inferShapes, show } from './shapes.ts'
import { weightSpecs } from './specs.ts'
import {
  moveStatistics,
  ops,
  type BatchNormalise,
  type CompiledNetwork,
  type Context,
  type FastKernels,
  type OpKernel,
} from './tensorflowOps.ts'
import { floats, requireWeights, type Weight, type WeightStore } from './weights.ts'

export type TensorFlow = typeof Tf
export interface ApplyOptions {
  /** Batch statistics and dropout instead of running statistics and none. Default false. */
  training?: boolean
  /** In training: whether batch normalisations move their running statistics. Default true. */
  updateStatistics?: boolean
  /** In training: what dropout draws from; without it, two runs differ. */
  seed?: number
  /** Which of the graph's outputs are wanted; default all. Nodes that none of them needs are not computed. */
  taps?: readonly string[]
  /** Results of some nodes that are known already: what stands before them is not computed. */
  from?: ReadonlyMap<string, Tf.Tensor>
}
export interface TfNetwork {
  readonly graph: Graph
  readonly taps: readonly string[]
  /** Trainable variables whose name starts with the prefix (default: all), in the order of the graph. */
  variables(prefix?: string): Tf.Variable[]
  /** The variable of one weight. @throws Error for an unknown name */
  variable(name: string): Tf.Variable
  /** x: [batch, height, width, channels] (or [batch, length]). Call inside tf.tidy or dispose the results. */
  apply(x: Tf.Tensor, options?: ApplyOptions): Record<string, Tf.Tensor>
  /** The current values, as float32. */
  weights(): Promise<Map<string, Weight>>
  /** Replaces all values. @throws Error when one is missing or of another shape; then none is replaced */
  load(weights: WeightStore): void
  dispose(): void
}

/**
 * @param tf the TensorFlow.js module with its backend already set
 * @param options.batchNormalise a faster kernel for the active backend; the default is tf.moments + tf.batchNorm
 * @param options.kernels faster kernels for other operations; a learning backend can be given as it is
 * @throws GraphError, or Error when the weights do not fit the graph
 */
export function toTensorFlow(
  tf: TensorFlow,
  graph: Graph,
  weights: WeightStore,
  { batchNormalise, kernels }: { batchNormalise?: BatchNormalise; kernels?: FastKernels } = {},
): TfNetwork {
  const shapes = inferShapes(graph)
  const specs = weightSpecs(graph, shapes)
  const inputShape = shapes.get(inputOf(graph).id)!
  requireWeights(specs, weights)
  const variables = new Map(
    specs.map(({ name, shape, trainable }) => {
      const tensor = tf.tensor(floats(weights.get(name)!), [...shape], 'float32')
      const variable = tf.variable(tensor, trainable)
      tensor.dispose()
      return [name, variable]
    }),
  )
  const variable = (name: string): Tf.Variable => {
    const found = variables.get(name)
    if (!found) throw new Error(`${graph.name} has no weight "${name}"`)
    return found
  }
  const forms = new Map<string, CompiledNetwork | undefined>()
  const compiledFor = (taps: readonly string[], batch: number): CompiledNetwork | undefined => {
    const key = [batch, ...taps].join()
    if (kernels?.compile && !forms.has(key)) forms.set(key, kernels.compile(graph, taps, batch))
    return forms.get(key)
  }

  return {
    graph,
    taps: Object.keys(graph.taps),
    variable,
    variables: (prefix = '') =>
      specs.filter((s) => s.trainable && s.name.startsWith(prefix)).map(({ name }) => variable(name)),

    apply(x, { training = false, updateStatistics = true, seed, taps = Object.keys(graph.taps), from } = {}) {
      if (show(x.shape.slice(1)) !== show(inputShape))
        throw new Error(`${graph.name} takes ${show(inputShape)}, not ${show(x.shape.slice(1))}`)
      const compiled = training && !from ? compiledFor(taps, x.shape[0]!) : undefined
      if (compiled) {
        const result = compiled.run(x, variable)
        if (updateStatistics)
          for (const each of result.statistics)
            moveStatistics({ tf, weight: variable }, each.node, each.mean, each.unbiased)
        return Object.fromEntries(taps.map((tap, i) => [tap, result.taps[i]!]))
      }
      const values = new Map<string, Tf.Tensor>(from)
      const context: Context = { tf, training, updateStatistics, seed, weight: variable, batchNormalise, kernels }
      for (const node of neededFor(graph, taps, from)) {
        const inputs = node.inputs.map((id) => values.get(id)!)
        values.set(node.id, node.op === 'input' ? x : (ops[node.op] as OpKernel)(context, node, inputs))
      }
      return Object.fromEntries(taps.map((tap) => [tap, values.get(nodeOf(graph, tap))!]))
    },

    async weights() {
      const read = specs.map(async ({ name, shape }): Promise<[string, Weight]> => {
        const data = (await variable(name).data()) as Float32Array
        return [name, { kind: 'float32', shape, data: Float32Array.from(data) }]
      })
      return new Map(await Promise.all(read))
    },

    load(store) {
      requireWeights(specs, store)
      tf.tidy(() => {
        for (const { name, shape } of specs)
          variable(name).assign(tf.tensor(floats(store.get(name)!), [...shape], 'float32'))
      })
    },

    dispose() {
      for (const v of variables.values()) v.dispose()
      variables.clear()
    },
  }
}
