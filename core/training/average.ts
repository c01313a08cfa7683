// The exponential moving average of a run's weights.
import type * as Tf from '@tensorflow/tfjs-core'
import { packing } from './packing.ts'

export interface Average {
  /** a ← d a + (1 - d) w. The decay grows from 0.1 to `decay`, as (1 + n) / (10 + n), so that early steps are forgotten. */
  update(): void
  /** May be assigned to. */
  readonly values: ReadonlyMap<string, Tf.Variable>
  steps: number
  /** Puts the averages in the place of the variables and back. */
  swap(): void
  dispose(): void
}

export function createAverage(tf: typeof Tf, of: ReadonlyMap<string, Tf.Variable>, decay: number): Average {
  const values = new Map([...of].map(([name, v]) => [name, tf.tidy(() => tf.variable(v.clone(), false))]))
  const layout = packing(tf, of)
  // While it is updated the average is one row; it is spread over the variables when somebody asks for these.
  let row: Tf.Variable<Tf.Rank.R1> | undefined
  const settle = (): void => {
    if (!row) return
    layout.spread(row, values)
    row.dispose()
    row = undefined
  }
  return {
    get values() {
      settle()
      return values
    },
    steps: 0,
    update() {
      this.steps++
      const d = Math.min(decay, (1 + this.steps) / (10 + this.steps))
      tf.tidy(() => {
        const a = row ?? layout.pack(values)
        const next = tf.add(tf.mul(a, d), tf.mul(layout.pack(of), 1 - d)) as Tf.Tensor1D
        if (row) row.assign(next)
        else row = tf.variable(next, false)
      })
    },
    swap() {
      settle()
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
      row?.dispose()
      row = undefined
    },
  }
}
