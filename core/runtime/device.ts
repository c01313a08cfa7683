// Finds the fastest device that computes correctly, and tells truthfully what was found and why not something else.
import { availableParallelism, cpus } from 'node:os'
import type { DeviceReport } from '../contract/app.ts'
import { UserFacingError } from '../contract/errors.ts'
import { build } from '../nets/build.ts'
import { initialWeights, uniform } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { knownModel, maxErrorOf, TOLERANCE } from './knownConvolution.ts'
import { runtime } from './ort.ts'
import { candidates } from './providers.ts'
import { openSession, type Declined, type OnnxSession } from './session.ts'

export interface DeviceOptions {
  /** Providers to try before the CPU, best first; default: what this platform may have. */
  providers?: readonly string[]
  /** Providers not to touch, e.g. because the last process that tried them died. */
  skip?: readonly string[]
}

/**
 * Tries each provider with the known convolution and a timed network; the first that is right and faster than the CPU
 * is chosen. Takes about 0.3 s where only the CPU is there.
 * @param threads inside one operator; 0 lets ONNX Runtime take one per core
 * @throws UserFacingError 'unavailable' where not even the CPU computes correctly
 * @returns the chosen provider, its self-test, and a sentence for each provider that is not used
 */
export async function deviceReport(threads: number, options: DeviceOptions = {}): Promise<DeviceReport> {
  const found = candidates()
  const declined: Declined[] = options.providers ? [] : found.missing
  const cpu = await examine('cpu', threads)
  if ('reason' in cpu)
    throw new UserFacingError('unavailable', `ONNX Runtime cannot compute on this CPU. ${cpu.reason}`)
  let chosen = cpu
  for (const provider of options.providers ?? found.candidates) {
    if (provider === 'cpu') break
    if (options.skip?.includes(provider)) {
      declined.push({ provider, reason: 'It is switched off, because it ended the inference process before.' })
      continue
    }
    const result = await examine(provider, threads)
    if ('reason' in result) declined.push({ provider, reason: result.reason })
    else if (result.speed >= cpu.speed)
      declined.push({
        provider,
        reason: `It computes correctly, but takes ${result.speed.toFixed(1)} ms where the CPU takes ${cpu.speed.toFixed(1)} ms.`,
      })
    else {
      chosen = result
      break
    }
  }
  const { env } = await runtime()
  return {
    provider: chosen.provider,
    device: chosen.provider === 'cpu' ? cpuName() : `${chosen.provider} device beside ${cpuName()}`,
    threads: chosen.provider === 'cpu' ? threads || availableParallelism() : threads,
    runtime: `ONNX Runtime ${env.versions.node ?? env.versions.common}`,
    selfTest: chosen.selfTest,
    declined,
  }
}

interface Examined {
  provider: string
  selfTest: DeviceReport['selfTest']
  /** Median time of the timed network in milliseconds. */
  speed: number
}

/** Self-test and speed of one provider, or the sentence why it cannot be used. */
async function examine(provider: string, threads: number): Promise<Examined | { reason: string }> {
  const known = await openSession(knownModel(), { threads, providers: [provider] })
  try {
    if (known.provider !== provider) return { reason: sentence(known.declined[0]!.reason) }
    const start = performance.now()
    const maxError = await maxErrorOf(known)
    const ms = performance.now() - start
    if (maxError > TOLERANCE)
      return { reason: `It computed a known convolution wrongly, by ${maxError.toPrecision(3)}.` }
    return { provider, selfTest: { ok: true, maxError, ms }, speed: await speedOf(provider, threads) }
  } catch (error) {
    return { reason: sentence(error instanceof Error ? error.message : String(error)) }
  } finally {
    await known.release()
  }
}

/** Four 3x3 convolutions of 64 filters at 28x28: 0.12 GMAC, the kind of work that recognisers are made of. */
async function speedOf(provider: string, threads: number): Promise<number> {
  const g = build('timing')
  let x = g.input([28, 28, 64])
  for (const id of ['a', 'b', 'c', 'd'])
    x = g.relu(`${id}/act`, g.conv(id, x, { filters: 64, kernel: 3, pad: 1, bias: true }))
  const graph = g.done({ y: g.globalAvgPool('y', x) })
  const session = await openSession(toOnnx(graph, initialWeights(graph, 1), { batch: 1 }), {
    threads,
    providers: [provider],
  })
  const times: number[] = []
  try {
    for (let i = 0; i < 7; i++) times.push(await timed(session))
  } finally {
    await session.release()
  }
  return times.slice(2).sort((a, b) => a - b)[2]!
}

async function timed(session: OnnxSession): Promise<number> {
  const data = Float32Array.from({ length: 64 * 28 * 28 }, uniform(2))
  const start = performance.now()
  await session.run({ input: { dims: [1, 64, 28, 28], data } })
  return performance.now() - start
}

const cpuName = (): string =>
  `${cpus()[0]?.model.trim() || 'processor of unknown make'}, ${availableParallelism()} cores`

/** ONNX Runtime's complaint in words of our own where we know it, without source paths where we do not. */
export function sentence(complaint: string): string {
  if (/adapter/i.test(complaint)) return 'No graphics device that WebGPU can use was found.'
  if (/backend not found/i.test(complaint)) return 'This build of ONNX Runtime does not have it.'
  if (/shared library/i.test(complaint)) return 'Its libraries are not installed.'
  return `It could not be started: ${complaint.replace(/^\/\S+\s+/, '').slice(0, 300)}`
}
