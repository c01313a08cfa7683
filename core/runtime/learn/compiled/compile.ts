// Runs a network's training pass as one computation of TensorFlow's: it fuses, orders and frees what single calls cannot.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type * as Tf from '@tensorflow/tfjs'
import type { Graph } from '../../../nets/graph.ts'
import type { CompiledNetwork } from '../../../nets/tensorflowOps.ts'
import { savedModel } from './graphDef.ts'
import { INPUT, planTraining, type Plan } from './plan.ts'

/** What we use of the addon's backend. */
interface Sessions {
  loadSavedModelMetaGraph(folder: string, tags: string): number
  runSavedModel(id: number, inputs: Tf.Tensor[], names: { name: string }[], outputs: string[]): Tf.Tensor[]
  deleteSavedModel(id: number): void
}
type Run = (given: ReadonlyMap<string, Tf.Tensor>, wanted: readonly string[]) => Tf.Tensor[]

/** Loads the computation; TensorFlow reads it from a folder, which is gone again afterwards. */
function load(backend: Sessions, plan: Plan): { run: Run; close: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-graph-'))
  let id: number
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModel(plan.operations))
    id = backend.loadSavedModelMetaGraph(folder, 'train')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const output = (name: string): string => (name.includes(':') ? name : `${name}:0`)
  return {
    run: (given, wanted) =>
      backend.runSavedModel(
        id,
        [...given.values()],
        [...given.keys()].map((name) => ({ name: output(name) })),
        wanted.map(output),
      ),
    close: () => backend.deleteSavedModel(id),
  }
}

let serial = 0

/** @returns a function that compiles a network for one batch size, or says that it cannot; and one that frees them all */
export function compiler(tf: typeof Tf) {
  const backend = tf.backend() as unknown as Sessions
  const closers: (() => void)[] = []
  const compile = (graph: Graph, taps: readonly string[], batch: number): CompiledNetwork | undefined => {
    const plan = planTraining(graph, taps, batch)
    if (!plan) return undefined
    const { run, close } = load(backend, plan)
    const name = `VestigeNetwork${serial++}`
    const weights = [...plan.weights]
    register(tf, name, plan, run)
    closers.push(() => {
      close()
      tf.unregisterKernel(name, 'tensorflow')
      tf.unregisterGradient(name)
    })
    return {
      run(x, weight) {
        const given = new Map<string, Tf.Tensor>([[INPUT, x]])
        for (const [of, as] of weights) given.set(as, weight(of))
        const statistics = plan.statistics.flatMap(({ mean, unbiased }) => [mean, unbiased])
        const out = run(given, [...plan.taps, ...statistics, ...plan.remembered])
        const inputs: Record<string, Tf.Tensor> = Object.fromEntries(given)
        plan.taps.forEach((_, i) => (inputs[`t${i}`] = out[i]!))
        const from = plan.taps.length + statistics.length
        plan.remembered.forEach((_, i) => (inputs[`r${i}`] = out[from + i]!))
        return {
          taps: tf.engine().runKernel(name, inputs) as unknown as Tf.Tensor[],
          statistics: plan.statistics.map(({ node }, i) => ({
            node,
            mean: out[plan.taps.length + 2 * i]!,
            unbiased: out[plan.taps.length + 2 * i + 1]!,
          })),
        }
      },
    }
  }
  return {
    compile,
    close() {
      for (const each of closers.splice(0)) each()
    },
  }
}

/**
 * The computation has run before the kernel is called, which only hands its taps on: so what must be remembered reaches
 * the tape as inputs and not as outputs, for which TensorFlow.js would make gradients of zeros.
 */
function register(tf: typeof Tf, name: string, plan: Plan, run: Run): void {
  tf.registerKernel({
    kernelName: name,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => plan.taps.map((_, i) => (inputs[`t${i}`] as Tf.Tensor).clone()),
  })
  const kept = [INPUT, ...plan.weights.values(), ...plan.remembered.map((_, i) => `r${i}`)]
  const names = [INPUT, ...plan.weights.values(), ...plan.remembered]
  const keyOf = new Map<string, string>([...plan.weights, [INPUT, INPUT]])
  // Which gradients were asked for is only known afterwards: the first time all but the input's, then those of the last time.
  let wanted = [...plan.gradients.keys()].filter((key) => key !== INPUT)
  let asked = new Set<string>()
  tf.registerGradient({
    kernelName: name,
    inputsToSave: kept,
    gradFunc(dy, saved) {
      if (asked.size > 0) wanted = [...asked]
      asked = new Set()
      const dys = (Array.isArray(dy) ? dy : [dy]) as Tf.Tensor[]
      const given = new Map(names.map((each, i) => [each, saved[i]!]))
      plan.tapGradients.forEach((each, i) => given.set(each, dys[i]!))
      const compute = (keys: readonly string[]): Tf.Tensor[] =>
        run(
          given,
          keys.map((key) => plan.gradients.get(key)!),
        )
      const ready = new Map(compute(wanted).map((tensor, i) => [wanted[i]!, tensor]))
      return Object.fromEntries(
        [...keyOf].map(([key, as]) => [
          as,
          () => {
            asked.add(key)
            return ready.get(key) ?? compute([key])[0]!
          },
        ]),
      )
    },
  })
}
