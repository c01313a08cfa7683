// Takes the learning backend that is fastest on this machine for the step that is going to be made, and says why.
import { UserFacingError } from '../../contract/errors.ts'
import { availableBackends, type Availability } from './available.ts'
import { openBackend, type BackendKind, type BackendOptions, type LearnBackend } from './backend.ts'
import { reasonOf } from './unavailable.ts'

export interface Measured {
  readonly kind: BackendKind
  readonly device?: string
  readonly msPerStep?: number
  /** Half a sentence, where nothing was measured. */
  readonly reason?: string
}
export interface Choice {
  readonly chosen: LearnBackend
  readonly table: readonly Measured[]
  /** For the person at the screen: which is taken, and why. */
  readonly sentence: string
}
export interface ChooseOptions {
  /** Milliseconds of a training step on an opened backend, once it has warmed up. */
  readonly time: (backend: LearnBackend) => Promise<number>
  /** Takes this one without measuring. */
  readonly prefer?: BackendKind
  readonly options?: BackendOptions
  /** Replaced in tests. */
  readonly look?: () => Promise<Availability[]>
  readonly open?: typeof openBackend
}

/** @throws AbortError of `time`; UserFacingError 'unavailable' where the preferred one is not there, or none works */
export async function chooseBackend(choose: ChooseOptions): Promise<Choice> {
  const { time, prefer, options = {}, look = availableBackends, open = openBackend } = choose
  if (prefer) {
    const chosen = await open(prefer, options)
    const table = [{ kind: prefer, device: chosen.device, reason: 'taken without a measurement, as asked' }]
    return { chosen, table, sentence: `Learning with ${chosen.device}, as asked.` }
  }
  const table: Measured[] = []
  let best: { backend: LearnBackend; ms?: number } | undefined
  const all = await look()
  const rivals = all.filter(({ kind, available }) => available && kind !== 'cpu').length > 1
  for (const { kind, available, reason, compile } of all) {
    const skipped = available ? pointless(kind, best?.backend.kind) : (reason ?? 'it is not available')
    if (skipped) {
      table.push({ kind, reason: skipped })
      continue
    }
    let backend: LearnBackend | undefined
    try {
      backend = await open(kind, { ...(compile !== undefined && { compile }), ...options })
      const ms = rivals ? await time(backend) : undefined
      table.push(
        ms === undefined
          ? { kind, device: backend.device, reason: 'not measured: there is no other' }
          : { kind, device: backend.device, msPerStep: ms },
      )
      if (best && ms !== undefined && best.ms! <= ms) backend.close()
      else {
        best?.backend.close()
        best = { backend, ...(ms !== undefined && { ms }) }
      }
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'AbortError') throw thrown
      table.push({ kind, reason: `it failed: ${reasonOf(thrown)}` })
      backend?.close()
    }
  }
  if (!best)
    throw new UserFacingError(
      'unavailable',
      `Nothing on this machine could make a training step: ${table.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')}.`,
    )
  const { backend, ms } = best
  await backend.activate()
  return { chosen: backend, table, sentence: sentenceOf(backend, ms, table) }
}

/** Half a sentence where measuring would be a waste of time. */
function pointless(kind: BackendKind, best: BackendKind | undefined): string | undefined {
  if (kind === 'tensorflow' && best === 'tensorflow-gpu') return 'the same library already runs on the graphics device'
  if (kind === 'cpu' && best) return 'it is always slower than the others'
  return undefined
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

function sentenceOf(chosen: LearnBackend, ms: number | undefined, table: readonly Measured[]): string {
  if (ms === undefined) return `Learning with ${chosen.device}, the only way here.`
  const others = table.filter((t) => t.kind !== chosen.kind && t.msPerStep !== undefined)
  const why = others.length
    ? `the fastest here: ${seconds(ms)} per step, against ${others.map((t) => `${seconds(t.msPerStep!)} with ${t.kind}`).join(' and ')}`
    : `${seconds(ms)} per step; nothing else worked`
  return `Learning with ${chosen.device}, ${why}.`
}
