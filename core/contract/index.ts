// The whole contract in one table, and the types that both ends derive from it.
import type { z } from 'zod'
import { appCalls } from './app.ts'
import { auditCalls } from './audit.ts'
import { caseCalls } from './cases.ts'
import { comparisonCalls } from './comparisons.ts'
import { combine } from './define.ts'
import { evidenceCalls } from './evidence.ts'
import { hostEvents } from './events.ts'
import { galleryCalls } from './galleries.ts'
import { hallucinationCalls } from './hallucinations.ts'
import { jobCalls } from './jobs.ts'
import { modelCalls } from './models.ts'
import { probeCalls } from './probes.ts'
import { searchCalls } from './searches.ts'

export const contract = combine(
  appCalls,
  caseCalls,
  evidenceCalls,
  probeCalls,
  galleryCalls,
  searchCalls,
  comparisonCalls,
  hallucinationCalls,
  modelCalls,
  jobCalls,
  auditCalls,
)
export const contractEvents = hostEvents

export type Contract = typeof contract
export type CallName = keyof Contract & string
/** What a caller passes (defaults may be left out). */
export type CallArgs<N extends CallName> = z.input<Contract[N]['in']>
/** What a handler receives (defaults filled in). */
export type CallInput<N extends CallName> = z.output<Contract[N]['in']>
export type CallOutput<N extends CallName> = z.output<Contract[N]['out']>
export type CallProgress<N extends CallName> = Contract[N] extends { progress: infer P extends z.ZodType }
  ? z.output<P>
  : never
export type EventName = keyof typeof contractEvents & string
export type EventValue<E extends EventName> = z.output<(typeof contractEvents)[E]>

/** How a call was asked for; the audit chain keeps it. */
export type Via = 'button' | 'menu' | 'shortcut' | 'palette' | 'drop' | 'paste' | 'cli' | 'system'

export interface CallContext<N extends CallName> {
  readonly signal: AbortSignal
  readonly via: Via
  progress(value: CallProgress<N>): void
}
export type Handler<N extends CallName> = (
  input: CallInput<N>,
  context: CallContext<N>,
) => Promise<CallOutput<N>> | CallOutput<N>
/** Handlers of the calls of one domain. */
export type Handlers<N extends CallName = CallName> = { readonly [K in N]: Handler<K> }

export type { CallOptions, Client } from './wire/client.ts'
export type { HostEvent, OnEvent } from './wire/frames.ts'
