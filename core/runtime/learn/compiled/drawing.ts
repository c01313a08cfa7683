// A computation that is being drawn: operations are added one by one and named as they come.
import type { Attribute, Operation } from './graphDef.ts'

export const float = { T: { type: 'float32' } } as const

export interface Drawing {
  readonly operations: readonly Operation[]
  /** Adds an operation and returns the name of its first output. */
  add(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string
  /** Something that is given at every run. */
  given(name: string, dims: readonly number[]): string
  /** Whole numbers, e.g. a shape. */
  integers(values: ArrayLike<number>, dims?: readonly number[]): string
  constant(value: number): string
  /** The same number over and over: a vector. */
  vector(value: number, length: number): string
  /** No numbers at all. */
  nothing(): string
  reshape(x: string, dims: readonly number[]): string
  /** Equal parts along the first axis, which TensorFlow does not copy; and their joining again. */
  cut(x: string, parts: number): string[]
  join(parts: readonly string[], axis?: number): string
}

export function drawing(): Drawing {
  const operations: Operation[] = []
  const known = new Map<string, string>()
  const put = (name: string, op: string, inputs: readonly string[], attributes: Operation['attributes']): string => {
    operations.push({ name, op, inputs, attributes })
    return name
  }
  const fixed = (type: 'float32' | 'int32', values: Float32Array | Int32Array, dims: readonly number[]): string => {
    const key = `${type} ${values.join()} ${dims.join()}`
    const found = known.get(key) ?? put(`c${known.size}`, 'Const', [], { dtype: { type }, value: { values, dims } })
    known.set(key, found)
    return found
  }
  const integers: Drawing['integers'] = (values, dims = [values.length]) =>
    fixed('int32', Int32Array.from(values), dims)
  const add: Drawing['add'] = (op, inputs, attributes = {}) =>
    put(`o${operations.length}`, op, inputs, { ...float, ...attributes })
  return {
    operations,
    add,
    integers,
    given: (name, dims) => put(name, 'Placeholder', [], { dtype: { type: 'float32' }, shape: { shape: dims } }),
    constant: (value) => fixed('float32', Float32Array.of(value), []),
    vector: (value, length) => fixed('float32', new Float32Array(length).fill(value), [length]),
    nothing: () => fixed('float32', new Float32Array(0), [0]),
    cut(x, parts) {
      if (parts === 1) return [x]
      const split = add('Split', [integers([0], []), x], { num_split: { int: parts } })
      return Array.from({ length: parts }, (_, i) => (i === 0 ? split : `${split}:${i}`))
    },
    join: (parts, axis = 0) =>
      parts.length === 1
        ? parts[0]!
        : add('ConcatV2', [...parts, integers([axis], [])], { N: { int: parts.length }, Tidx: { type: 'int32' } }),
    reshape: (x, dims) => add('Reshape', [x, integers(dims)], { Tshape: { type: 'int32' } }),
  }
}
