// Adds a kernel of ours, with its gradient, to a TensorFlow.js backend, in the way TensorFlow.js' own kernels are added.
import type * as Tf from '@tensorflow/tfjs'

type Inputs = Readonly<Record<string, Tf.Tensor>>
export interface AddedKernel<A extends object> {
  readonly name: string
  /** As TensorFlow.js calls it, e.g. 'tensorflow'. */
  readonly backend: string
  /** Called outside the tape. */
  forward(inputs: Inputs, attributes: A): Tf.Tensor | Tf.Tensor[]
  /** Inputs and outputs (by position) that the gradient needs. */
  readonly saves: { readonly inputs?: readonly string[]; readonly outputs?: readonly boolean[] }
  /** Gradient by input; only those that are wanted are called. `saved`: inputs, then outputs. */
  backward(dy: Tf.Tensor, saved: Tf.Tensor[], attributes: A): Record<string, () => Tf.Tensor>
}

/** Registers the kernel once per process and gives the function that runs it. */
export function addKernel<A extends object>(tf: typeof Tf, kernel: AddedKernel<A>) {
  if (!tf.getKernel(kernel.name, kernel.backend)) {
    tf.registerKernel({
      kernelName: kernel.name,
      backendName: kernel.backend,
      kernelFunc: ({ inputs, attrs }) => kernel.forward(inputs as Inputs, attrs as unknown as A),
    })
    tf.registerGradient({
      kernelName: kernel.name,
      inputsToSave: [...(kernel.saves.inputs ?? [])],
      outputsToSave: [...(kernel.saves.outputs ?? [])],
      gradFunc: (dy, saved, attrs) =>
        kernel.backward((Array.isArray(dy) ? dy[0] : dy) as Tf.Tensor, saved, attrs as unknown as A),
    })
  }
  return (inputs: Inputs, attributes: A): Tf.Tensor[] => {
    const out = tf.engine().runKernel(kernel.name, inputs, attributes as never)
    return (Array.isArray(out) ? out : [out]) as Tf.Tensor[]
  }
}
