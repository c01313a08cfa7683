// What a network learns on: one TensorFlow.js module with its backend set, and the fast kernels that this backend has.
import type { TensorFlow } from '../../nets/tensorflow.ts'
import type { BatchNormalise, FastKernels } from '../../nets/tensorflowOps.ts'
import { openCpu } from './cpu.ts'
import { openTensorFlow } from './tensorflow.ts'
import { openWasm } from './wasm.ts'
import { openWebGpu } from './webgpu.ts'

/** Best first: the order in which they are tried. */
export const backendKinds = ['tensorflow-gpu', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type BackendKind = (typeof backendKinds)[number]

export interface LearnBackend {
  readonly kind: BackendKind
  /** The module that tensors of this backend come from; use no other one beside it. */
  readonly tf: TensorFlow
  /** For the person at the screen, e.g. "TensorFlow 2.21.0 on 2 processor threads". */
  readonly device: string
  /** What the backend does faster than TensorFlow.js' own parts; `toTensorFlow` takes a backend as its options. */
  readonly batchNormalise?: BatchNormalise
  readonly kernels?: FastKernels
  /** Makes it the active one again after another was opened. */
  activate(): Promise<void>
  /** Gives the device back where it can be given back. Tensors of the backend must not be used afterwards. */
  close(): void
}

export interface BackendOptions {
  /** Threads inside one operation; 0 or absent: one per core. They hold for the process: the first opening decides. */
  readonly threads?: number
  /** Whether networks are compiled instead of run node by node. Default: where that was tested. */
  readonly compile?: boolean
  /** Which graphics device, where a computer has a fast one and a frugal one. Default 'high'. */
  readonly power?: 'high' | 'low'
  /** Whether a graphics device that is imitated by software will do: for tests. Default false. */
  readonly software?: boolean
}
export type Opener = (options: BackendOptions) => Promise<LearnBackend>

const openers: Record<BackendKind, Opener> = {
  'tensorflow-gpu': (options) => openTensorFlow('tensorflow-gpu', options),
  tensorflow: (options) => openTensorFlow('tensorflow', options),
  webgpu: openWebGpu,
  wasm: openWasm,
  cpu: openCpu,
}

/**
 * Opens a learning backend and makes it the active one.
 * @throws UserFacingError 'unavailable' with the reason where this machine does not have it
 */
export const openBackend = (kind: BackendKind, options: BackendOptions = {}): Promise<LearnBackend> =>
  openers[kind](options)
