// The exponential moving average of a run's weights.
import type * as Tf from '@tensorflow/tfjs-core'

export interface Average {
  /** a ← d a + (1 - d) w. The decay grows from 0.1 to `decay`, as (1 + n) / (10 + n), so that early steps are forgotten. */
  update(): void
  readonly values: ReadonlyMap<string, Tf.Variable>
  steps: number
  /** Puts the averages in the place of the variables and back. */
  swap(): void
  dispose(): void
}

export function createAverage(tf: typeof Tf, of: ReadonlyMap<string, Tf.Variable>, decay: number): Average {
  const values = new Map([...of].map(([name, v]) => [name, tf.tidy(() => tf.variable(v.clone(), false))]))
  return {
    values,
    steps: 0,
    update() {
      this.steps++
      const d = Math.min(decay, (1 + this.steps) / (10 + this.steps))
      tf.tidy(() => {
        for (const [name, v] of of) {
          const a = values.get(name)!
          a.assign(tf.add(tf.mul(a, d), tf.mul(v, 1 - d)))
        }
      })
    },
    swap() {
      tf.tidy(() => {
        for (const [name, v] of of) {
          const a = values.get(name)!
          const kept = v.clone()
          v.assign(a.clone())
          a.assign(kept)
        }
      })
    },
    dispose() {
      for (const v of values.values()) v.dispose()
    },
  }
}
