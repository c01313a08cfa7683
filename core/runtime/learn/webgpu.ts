// WebGPU through Dawn for Node.js: learns on the graphics device of any maker, where there is one.
import type * as Tf from '@tensorflow/tfjs'
import { UserFacingError } from '../../contract/errors.ts'
import type { BackendOptions, LearnBackend } from './backend.ts'
import { firstLine, unavailable } from './unavailable.ts'

/** What we use of WebGPU, whose types belong to browsers. */
interface Adapter {
  readonly info: {
    readonly vendor: string
    readonly description: string
    readonly device: string
    readonly isFallbackAdapter?: boolean
  }
  readonly limits: Readonly<Record<string, number>>
  requestDevice(descriptor: { requiredLimits: Record<string, number> }): Promise<Device>
}
interface Device {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  destroy(): void
}
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' | 'low-power' }): Promise<Adapter | null>
}
type Reading = Tf.KernelBackend & { read(id: object): Promise<Tf.backend_util.BackendValues> }

/** TensorFlow.js asks for the smallest limits that WebGPU guarantees, unless told otherwise. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
]

/** Puts Dawn in the places where TensorFlow.js looks for a browser's WebGPU. */
async function install(): Promise<Gpu> {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  const gpu = create([]) as unknown as Gpu
  const navigator = (globalThis as { navigator?: object }).navigator
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true })
  return gpu
}

/**
 * Reading is asynchronous on this backend: `await tensor.data()`, never `dataSync`.
 * @throws UserFacingError 'unavailable' where there is no graphics device, or only one made of software
 */
export async function openWebGpu({ power = 'high', software = false }: BackendOptions): Promise<LearnBackend> {
  let adapter: Adapter | null
  let device: Device
  let tf: typeof Tf
  try {
    const gpu = await install()
    adapter = await gpu.requestAdapter({ powerPreference: power === 'high' ? 'high-performance' : 'low-power' })
    if (!adapter) throw new Error('no graphics device that WebGPU can use was found')
    if (adapter.info.isFallbackAdapter && !software)
      throw new Error(`the only graphics device is imitated by software (${nameOf(adapter)})`)
    device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter!.limits[name]!])),
    })
    tf = await import('@tensorflow/tfjs')
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
    tf.enableProdMode()
    tf.removeBackend('webgpu')
    tf.registerBackend('webgpu', () =>
      guarded(new WebGPUBackend(device as never, adapter!.info as never), device, nameOf(adapter!)),
    )
    if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js could not be started on it')
  } catch (thrown) {
    throw unavailable('webgpu', firstLine(thrown), thrown)
  }
  return {
    kind: 'webgpu',
    tf,
    device: `${nameOf(adapter)} through WebGPU`,
    activate: async () => void (await tf.setBackend('webgpu')),
    close: () => device.destroy(),
  }
}

const nameOf = ({ info }: Adapter): string =>
  info.description || info.device || info.vendor || 'a graphics device without a name'

/** After a device is lost every reading fails with a sentence that names it, instead of giving zeros. */
function guarded(backend: Tf.KernelBackend, device: Device, name: string): Tf.KernelBackend {
  const state: { lost?: UserFacingError } = {}
  void device.lost.then(({ reason, message }) => {
    const why = reason === 'destroyed' ? '' : `: ${firstLine(message)}`
    const sentence = `The graphics device (${name}) was lost${why}. Start again; training goes on from its last checkpoint.`
    state.lost = new UserFacingError('unavailable', sentence)
  })
  const check = (): void => {
    if (state.lost) throw state.lost
  }
  const reading = backend as Reading
  const read = reading.read.bind(reading)
  reading.read = async (id) => {
    check()
    const values = await read(id)
    check()
    return values
  }
  return backend
}
