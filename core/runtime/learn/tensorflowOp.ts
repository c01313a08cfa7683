// Runs operations of TensorFlow's own library by name, for those that TensorFlow.js does not use itself.
import type * as Tf from '@tensorflow/tfjs'

/** What we use of the addon's backend beyond TensorFlow.js' own interface. */
export interface NodeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_ATTR_INT' | 'TF_FLOAT', number>
  > & { readonly TF_Version: string }
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tf.Tensor[], outputs: number): Tf.Tensor[]
}
interface Attribute {
  name: string
  type: number
  value: unknown
}
/** A whole number must be wrapped, because JavaScript cannot tell 1 from 1.0. */
export type AttributeValue = string | boolean | number | { int: number | readonly number[] } | 'float32'

export type RunOp = (
  name: string,
  inputs: Tf.Tensor[],
  attributes?: Readonly<Record<string, AttributeValue>>,
  outputs?: number,
) => Tf.Tensor[]

/** @returns a function that runs an operation of float32 tensors; its tensors belong to the current tidy */
export function opRunner(tf: typeof Tf): RunOp {
  const backend = tf.backend() as unknown as NodeBackend
  const { binding } = backend
  const attribute = (name: string, value: AttributeValue): Attribute => {
    if (typeof value === 'object') return { name, type: binding.TF_ATTR_INT, value: value.int }
    if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value }
    if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
    return { name, type: binding.TF_ATTR_FLOAT, value }
  }
  const float = (name: string): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })
  return (name, inputs, attributes = {}, outputs = 1) => {
    const types = name.startsWith('FusedBatchNorm') ? ['T', 'U'] : ['T']
    const all = [...types.map(float), ...Object.entries(attributes).map(([key, value]) => attribute(key, value))]
    return backend.executeMultipleOutputs(name, all, inputs, outputs)
  }
}
