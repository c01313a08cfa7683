// Many tensors as one row, so that an update of a whole network is a dozen operations instead of a thousand.
import type * as Tf from '@tensorflow/tfjs-core'

export interface Packing {
  readonly names: readonly string[]
  /** Numbers of all tensors together. */
  readonly size: number
  /** Position of a tensor's first number, and its shape. @throws Error for an unknown name */
  at(name: string): { from: number; shape: readonly number[] }
  /** [size]. @throws Error where a tensor is missing */
  pack(tensors: ReadonlyMap<string, Tf.Tensor>): Tf.Tensor1D
  /** Sets each variable to its part of the row, in its own shape. */
  spread(row: Tf.Tensor1D, into: ReadonlyMap<string, Tf.Variable>): void
}

/** @param like names, order and shapes */
export function packing(tf: typeof Tf, like: ReadonlyMap<string, Tf.Tensor>): Packing {
  const names = [...like.keys()]
  const sizes = [...like.values()].map((t) => t.size)
  const places = new Map<string, { from: number; shape: readonly number[] }>()
  let size = 0
  for (const [name, { shape, size: numbers }] of like) {
    places.set(name, { from: size, shape: [...shape] })
    size += numbers
  }
  return {
    names,
    size,
    at(name) {
      const place = places.get(name)
      if (!place) throw new Error(`there is no "${name}" among the packed tensors`)
      return place
    },
    pack: (tensors) =>
      tf.tidy(() => {
        const rows = names.map((name) => {
          const tensor = tensors.get(name)
          if (!tensor) throw new Error(`"${name}" is missing from what is to be packed`)
          return (tensor.rank === 1 ? tensor : tf.reshape(tensor, [-1])) as Tf.Tensor1D
        })
        return rows.length === 1 ? rows[0]!.clone() : tf.concat1d(rows)
      }),
    spread(row, into) {
      tf.tidy(() => {
        const parts = names.length === 1 ? [row] : tf.split(row, sizes)
        names.forEach((name, i) => {
          const variable = into.get(name)!
          variable.assign(variable.rank === 1 ? parts[i]!.clone() : tf.reshape(parts[i]!, variable.shape))
        })
      })
    },
  }
}
