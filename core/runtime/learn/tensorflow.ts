// TensorFlow's own library through its optional Node addon: the fastest way to learn on a processor.
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import util from 'node:util'
import { unpacked } from '../../base/root.ts'
import type { TensorFlow } from '../../nets/tensorflow.ts'
import type { BackendOptions, LearnBackend } from './backend.ts'
import { compiler } from './compiled/compile.ts'
import { fusedBatchNorm } from './fusedBatchNorm.ts'
import { tensorflowKernels } from './tensorflowKernels.ts'
import type { NodeBackend } from './tensorflowOp.ts'
import { firstLine, unavailable } from './unavailable.ts'

type Kind = 'tensorflow' | 'tensorflow-gpu'
const PACKAGE = { tensorflow: '@tensorflow/tfjs-node', 'tensorflow-gpu': '@tensorflow/tfjs-node-gpu' } as const

/** Compiled networks are run through TensorFlow's optimiser of graphs, where a mistake ends the process: others on demand. */
const TESTED = '2.21.'

/** Folder of the package when its compiled addon is there, or half a sentence saying what is missing. */
export function addonFolder(kind: Kind): { folder: string } | { reason: string } {
  let folder: string
  try {
    folder = path.dirname(createRequire(import.meta.url).resolve(`${PACKAGE[kind]}/package.json`))
  } catch {
    return { reason: `the optional package ${PACKAGE[kind]} is not installed` }
  }
  const lib = unpacked(path.join(folder, 'lib'))
  const compiled = existsSync(lib)
    ? readdirSync(lib).some((each) => existsSync(path.join(lib, each, 'tfjs_binding.node')))
    : false
  return compiled ? { folder } : { reason: `${PACKAGE[kind]} is installed without its compiled addon` }
}

/**
 * Loads the addon and makes it the active backend. Both kinds cannot be loaded into one process: the first one stays.
 * @throws UserFacingError 'unavailable'
 */
export async function openTensorFlow(kind: Kind, { threads = 0, compile }: BackendOptions): Promise<LearnBackend> {
  const found = addonFolder(kind)
  if ('reason' in found) throw unavailable(kind, found.reason)
  // Read by TensorFlow when its library is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
  if (threads > 0) process.env.TF_NUM_INTRAOP_THREADS = String(threads)
  // Gone since Node 23, but called by the addon's JavaScript.
  ;(util as { isNullOrUndefined?: (x: unknown) => boolean }).isNullOrUndefined ??= (x) => x === null || x === undefined
  let tf: TensorFlow
  try {
    tf = createRequire(import.meta.url)(PACKAGE[kind]) as TensorFlow
  } catch (thrown) {
    throw unavailable(kind, `the addon could not be loaded: ${firstLine(thrown)}`, thrown)
  }
  await tf.setBackend('tensorflow')
  const backend = tf.backend() as unknown as NodeBackend
  const version = backend.binding.TF_Version
  if (kind === 'tensorflow-gpu' && !backend.isUsingGpuDevice)
    throw unavailable(kind, `TensorFlow ${version} found no graphics device that it can use`)
  const device = backend.isUsingGpuDevice
    ? 'the graphics device'
    : `${threads || availableParallelism()} processor threads`
  // Between a session and a graphics device's tensors everything would be copied through the host.
  const compiles = (compile ?? version.startsWith(TESTED)) && !backend.isUsingGpuDevice
  const compiled = compiles ? compiler(tf) : undefined
  return {
    kind,
    tf,
    device: `TensorFlow ${version} on ${device}`,
    batchNormalise: fusedBatchNorm(tf),
    kernels: { ...tensorflowKernels(tf), ...(compiled && { compile: compiled.compile }) },
    activate: async () => void (await tf.setBackend('tensorflow')),
    close: () => compiled?.close(),
  }
}
