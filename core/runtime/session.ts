// One ONNX Runtime session behind plain arrays, so that no other room needs the runtime's own types.
import { UserFacingError } from '../contract/errors.ts'
import { runtime, type Ort } from './ort.ts'
import { toFloat32 } from './tensorData.ts'

/** A float32 tensor, row-major; `data.length` is the product of `dims`. */
export interface FloatTensor {
  dims: number[]
  data: Float32Array
}

/** An input or output of a model; a string stands for a dimension that the caller chooses. */
export interface TensorPort {
  name: string
  dims: (number | string)[]
  type: string
}

export interface Declined {
  provider: string
  reason: string
}

export interface OnnxSession {
  /** Execution provider that really holds the session: "cpu", "cuda", "dml", "coreml", "webgpu". */
  provider: string
  /** Providers that were asked for and refused, with the reason. Empty when the first one was taken. */
  declined: Declined[]
  threads: number
  inputs: TensorPort[]
  outputs: TensorPort[]
  /** Every declared output as float32. One run at a time per session; later calls wait for earlier ones. */
  run(feeds: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>>
  release(): Promise<void>
}

export interface SessionOptions {
  /** Threads inside one operator; 0 or absent lets ONNX Runtime take one per core. */
  threads?: number
  /** Providers in order of preference; "cpu" is always tried last. Default: cpu alone. */
  providers?: readonly string[]
}

/**
 * Opens a model that has passed `checkOnnx` (or is shipped with the application).
 * @param model the file's bytes, or the path of a file on disk (not inside an archive)
 * @throws UserFacingError 'unreadable-file' when no provider, the CPU included, can open the model
 */
export async function openSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<OnnxSession> {
  const ort = await runtime()
  const threads = options.threads ?? 0
  const declined: Declined[] = []
  for (const provider of [...(options.providers ?? []).filter((p) => p !== 'cpu'), 'cpu']) {
    try {
      const session = await create(ort, model, provider, threads)
      return wrap(ort, session, { provider, declined, threads })
    } catch (error) {
      declined.push({ provider, reason: firstLine(error) })
    }
  }
  const subject = typeof model === 'string' ? model : undefined
  throw new UserFacingError(
    'unreadable-file',
    `This model cannot be run: ${declined.at(-1)!.reason.replace(/\.+$/, '')}. Choose another ONNX file.`,
    subject === undefined ? {} : { subject },
  )
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500)

type NativeSession = Awaited<ReturnType<Ort['InferenceSession']['create']>>

function create(ort: Ort, model: Uint8Array | string, provider: string, threads: number): Promise<NativeSession> {
  // Errors come back as exceptions; the runtime need not print them as well.
  const options = { executionProviders: [provider], intraOpNumThreads: threads, logSeverityLevel: 4 as const }
  // Two overloads of one function: TypeScript wants to know which.
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options)
}

function wrap(
  ort: Ort,
  session: NativeSession,
  facts: Pick<OnnxSession, 'provider' | 'declined' | 'threads'>,
): OnnxSession {
  let last: Promise<unknown> = Promise.resolve()
  let released = false
  const runNow = async (feeds: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>> => {
    if (released) throw new Error('the session has been released')
    const input: Record<string, InstanceType<Ort['Tensor']>> = {}
    for (const [name, { dims, data }] of Object.entries(feeds)) input[name] = new ort.Tensor('float32', data, dims)
    const result = await session.run(input)
    const out: Record<string, FloatTensor> = {}
    for (const name of session.outputNames) {
      const tensor = result[name]!
      out[name] = { dims: [...tensor.dims], data: toFloat32(tensor.type, tensor.data) }
    }
    return out
  }
  return {
    ...facts,
    inputs: session.inputMetadata.map(port),
    outputs: session.outputMetadata.map(port),
    run(feeds) {
      const next = last.then(() => runNow(feeds))
      last = next.catch(() => undefined)
      return next
    },
    async release() {
      if (released) return
      released = true
      await last
      await session.release()
    },
  }
}

const port = (m: NativeSession['inputMetadata'][number]): TensorPort =>
  m.isTensor
    ? { name: m.name, dims: m.shape.map((d) => d), type: m.type }
    : { name: m.name, dims: [], type: 'not a tensor' }
