// Optimisers with PyTorch's semantics, which the published recipes assume and TensorFlow.js does not have.
import type * as Tf from '@tensorflow/tfjs-core'
import { packing } from './packing.ts'
import type { OptimiserSpec } from './recipe.ts'

/** Numbers by name, float32. */
export type Slots = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>

export interface Optimiser {
  /** The gradients of all variables as one row. @throws Error where one is missing */
  pack(gradients: ReadonlyMap<string, Tf.Tensor>): Tf.Tensor1D
  /** Moves the variables by a row of gradients; `rate` is the learning rate of this step. The row is not disposed. */
  step(gradients: Tf.Tensor1D, rate: number): void
  /** State to be kept in a checkpoint, e.g. `momentum/student/stem/filter`; nothing before the first step. */
  slots(): Promise<Slots>
  /** Puts a checkpoint's state back. */
  restore(kept: Slots): void
  /** Number of steps made; part of the state. */
  steps: number
  dispose(): void
}

/**
 * @param variables what may move, by name
 * @param decays whether weight decay applies to a name (published recipes decay all parameters unless they say otherwise)
 *
 * SGD: v ← μv + (g + λw), w ← w - ηv (Nesterov: w ← w - η(g + λw + μv)).
 * Adam: moments with bias correction, ε outside the root; decay is decoupled (AdamW, Loshchilov & Hutter, ICLR 2019).
 * RMSprop: a ← αa + (1-α)g², w ← w - ηg/(√a + ε).
 */
export function createOptimiser(
  tf: typeof Tf,
  spec: OptimiserSpec,
  variables: ReadonlyMap<string, Tf.Variable>,
  decays: (name: string) => boolean,
): Optimiser {
  const layout = packing(tf, variables)
  const state = new Map<string, Tf.Variable<Tf.Rank.R1>>()
  const keep = (kind: string, row: Tf.Tensor1D): Tf.Variable<Tf.Rank.R1> => {
    state.get(kind)?.dispose()
    const made = tf.variable(row, false)
    state.set(kind, made)
    return made
  }
  const slot = (kind: string): Tf.Variable<Tf.Rank.R1> =>
    state.get(kind) ?? tf.tidy(() => keep(kind, tf.zeros([layout.size])))

  /** λ per weight: one number where all decay alike. */
  const decay = layout.names.every(decays) ? spec.decay : decayRow()
  function decayRow(): Tf.Tensor1D {
    const row = new Float32Array(layout.size)
    for (const name of layout.names)
      if (decays(name)) row.fill(spec.decay, layout.at(name).from, layout.at(name).from + variables.get(name)!.size)
    return tf.tensor1d(row)
  }
  const withDecay = (g: Tf.Tensor, w: Tf.Tensor): Tf.Tensor => (spec.decay > 0 ? tf.add(g, tf.mul(w, decay)) : g)

  // The weights as a row are still those of the variables as long as nobody else has set one of these.
  let row: Tf.Variable<Tf.Rank.R1> | undefined
  let owned: object[] = []
  const current = (): Tf.Tensor1D => {
    const all = [...variables.values()]
    return row && all.every((v, i) => v.dataId === owned[i]) ? row : layout.pack(variables)
  }
  const move = (w: Tf.Tensor): void => {
    if (row) row.assign(w as Tf.Tensor1D)
    else row = tf.variable(w as Tf.Tensor1D, false)
    layout.spread(row, variables)
    owned = [...variables.values()].map((v) => v.dataId)
  }

  const moved = (w: Tf.Tensor, gradient: Tf.Tensor, rate: number, steps: number): Tf.Tensor => {
    if (spec.kind === 'sgd') {
      const g = withDecay(gradient, w)
      const v = slot('momentum')
      v.assign(tf.add(tf.mul(v, spec.momentum), g))
      return tf.sub(w, tf.mul(spec.nesterov ? tf.add(g, tf.mul(v, spec.momentum)) : v, rate))
    }
    if (spec.kind === 'adam') {
      const m = slot('first')
      const v = slot('second')
      m.assign(tf.add(tf.mul(m, spec.beta1), tf.mul(gradient, 1 - spec.beta1)))
      v.assign(tf.add(tf.mul(v, spec.beta2), tf.mul(tf.square(gradient), 1 - spec.beta2)))
      const root = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - spec.beta2 ** steps)), spec.epsilon)
      const stepped = tf.sub(w, tf.mul(tf.div(m, root), rate / (1 - spec.beta1 ** steps)))
      return spec.decay > 0 ? tf.sub(stepped, tf.mul(w, tf.mul(decay, rate))) : stepped
    }
    const g = withDecay(gradient, w)
    const a = slot('square')
    a.assign(tf.add(tf.mul(a, spec.alpha), tf.mul(tf.square(g), 1 - spec.alpha)))
    return tf.sub(w, tf.mul(tf.div(g, tf.add(tf.sqrt(a), spec.epsilon)), rate))
  }

  return {
    steps: 0,
    pack: (gradients) => layout.pack(gradients),
    step(gradients, rate) {
      this.steps++
      tf.tidy(() => move(moved(current(), gradients, rate, this.steps)))
    },
    async slots() {
      const all = new Map<string, { shape: readonly number[]; data: Float32Array }>()
      for (const [kind, values] of state) {
        const data = (await values.data()) as Float32Array
        for (const name of layout.names) {
          const { from, shape } = layout.at(name)
          all.set(`${kind}/${name}`, { shape, data: data.slice(from, from + variables.get(name)!.size) })
        }
      }
      return all
    },
    restore(kept) {
      const rows = new Map<string, Float32Array>()
      for (const [key, { data }] of kept) {
        const cut = key.indexOf('/')
        const kind = key.slice(0, cut)
        if (!rows.has(kind)) rows.set(kind, new Float32Array(layout.size))
        rows.get(kind)!.set(data, layout.at(key.slice(cut + 1)).from)
      }
      for (const [kind, values] of rows) tf.tidy(() => keep(kind, tf.tensor1d(values)))
    },
    dispose() {
      for (const each of state.values()) each.dispose()
      state.clear()
      row?.dispose()
      row = undefined
      if (typeof decay !== 'number') decay.dispose()
    },
  }
}

/** √Σg² of a row of gradients. */
export const norm = (tf: typeof Tf, row: Tf.Tensor1D): Tf.Scalar => tf.tidy(() => tf.sqrt(tf.sum(tf.square(row))))
