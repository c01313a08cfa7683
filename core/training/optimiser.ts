// Optimisers with PyTorch's semantics, which the published recipes assume and TensorFlow.js does not have.
import type * as Tf from '@tensorflow/tfjs-core'
import type { OptimiserSpec } from './recipe.ts'

export interface Optimiser {
  /** Moves the variables by their gradients; `rate` is the learning rate of this step. Gradients are not disposed. */
  step(gradients: ReadonlyMap<string, Tf.Tensor>, rate: number): void
  /** State to be kept in a checkpoint: name → tensor, e.g. `momentum/student/stem/filter`. */
  slots(): ReadonlyMap<string, Tf.Variable>
  /** Puts a checkpoint's state back. */
  restore(kept: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>): void
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
  const state = new Map<string, Tf.Variable>()
  const slot = (kind: string, name: string, like: Tf.Tensor): Tf.Variable => {
    const key = `${kind}/${name}`
    const known = state.get(key)
    if (known) return known
    const zeros = tf.zerosLike(like)
    const made = tf.variable(zeros, false)
    zeros.dispose()
    state.set(key, made)
    return made
  }
  const withDecay = (name: string, g: Tf.Tensor, w: Tf.Variable): Tf.Tensor =>
    spec.decay > 0 && decays(name) ? tf.add(g, tf.mul(w, spec.decay)) : g

  const update = (name: string, w: Tf.Variable, gradient: Tf.Tensor, rate: number, steps: number): void => {
    if (spec.kind === 'sgd') {
      const g = withDecay(name, gradient, w)
      const v = slot('momentum', name, w)
      v.assign(tf.add(tf.mul(v, spec.momentum), g))
      w.assign(tf.sub(w, tf.mul(spec.nesterov ? tf.add(g, tf.mul(v, spec.momentum)) : v, rate)))
    } else if (spec.kind === 'adam') {
      const m = slot('first', name, w)
      const v = slot('second', name, w)
      m.assign(tf.add(tf.mul(m, spec.beta1), tf.mul(gradient, 1 - spec.beta1)))
      v.assign(tf.add(tf.mul(v, spec.beta2), tf.mul(tf.square(gradient), 1 - spec.beta2)))
      const root = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - spec.beta2 ** steps)), spec.epsilon)
      const moved = tf.sub(w, tf.mul(tf.div(m, root), rate / (1 - spec.beta1 ** steps)))
      w.assign(spec.decay > 0 && decays(name) ? tf.sub(moved, tf.mul(w, rate * spec.decay)) : moved)
    } else {
      const g = withDecay(name, gradient, w)
      const a = slot('square', name, w)
      a.assign(tf.add(tf.mul(a, spec.alpha), tf.mul(tf.square(g), 1 - spec.alpha)))
      w.assign(tf.sub(w, tf.mul(tf.div(g, tf.add(tf.sqrt(a), spec.epsilon)), rate)))
    }
  }

  return {
    steps: 0,
    step(gradients, rate) {
      this.steps++
      tf.tidy(() => {
        for (const [name, gradient] of gradients) {
          const variable = variables.get(name)
          if (!variable) throw new Error(`the optimiser has no variable "${name}"`)
          update(name, variable, gradient, rate, this.steps)
        }
      })
    },
    slots: () => state,
    restore(kept) {
      for (const [key, { shape, data }] of kept) {
        const tensor = tf.tensor(data, [...shape], 'float32')
        state.get(key)?.dispose()
        state.set(key, tf.variable(tensor, false))
        tensor.dispose()
      }
    },
    dispose() {
      for (const each of state.values()) each.dispose()
      state.clear()
    },
  }
}

/** √Σg² over all gradients. */
export function globalNorm(tf: typeof Tf, gradients: ReadonlyMap<string, Tf.Tensor>): Tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.addN([...gradients.values()].map((g) => tf.sum(tf.square(g))))) as Tf.Scalar)
}
