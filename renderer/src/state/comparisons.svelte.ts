// Comparisons of models: which models, what it would cost, running one, and what came of it for each probe.
import {
  MOST_PACKAGES,
  type Comparison,
  type ComparisonPlan,
  type ComparisonProgress,
} from '../../../core/contract/comparisons.ts'
import type { ModelPackage } from '../../../core/contract/models.ts'
import type { Via } from '../../../core/contract/index.ts'
import { describeError } from './describeError.ts'
import type { Workbench } from './workbench.svelte.ts'

export const depths = [5, 10, 20, 50] as const
type Running = Omit<ComparisonProgress, 'comparison'>

export class Comparisons {
  readonly #w: Workbench
  /** The table of one probe, or the summary of all. */
  mode = $state<'probe' | 'case'>('probe')
  top = $state<number>(10)
  /** Packages that the person left out. */
  out = $state.raw<ReadonlySet<string>>(new Set())
  /** Finished ones of the open case, by what was asked for. */
  done = $state.raw<ReadonlyMap<string, Comparison>>(new Map())
  plan = $state.raw<ComparisonPlan | null>(null)
  planning = $state(false)
  running = $state.raw<Running | null>(null)
  failure = $state<string | null>(null)
  /** Index into the candidates that are shown. */
  candidate = $state(0)
  #abort: AbortController | null = null
  #planAbort: AbortController | null = null

  /** Recognisers that may be compared, the one in use first. */
  readonly models: readonly ModelPackage[] = $derived.by(() =>
    this.#w.models.list
      .filter(({ card }) => card.role === 'recogniser' && card.state !== 'retired')
      .toSorted((a, b) => Number(b.active) - Number(a.active)),
  )
  readonly chosen = $derived(this.models.filter(({ hash }) => !this.out.has(hash)).slice(0, MOST_PACKAGES))
  readonly shown = $derived.by(() => this.of(this.#w.selection.probeId))
  readonly selected = $derived(this.shown?.candidates[this.candidate] ?? null)
  /** Probes that a summary of the case has a line for. */
  readonly probes = $derived.by(() => this.#w.probes.active)

  constructor(w: Workbench) {
    this.#w = w
  }
  /** What is known of a probe with the gallery, models and depth that are chosen. */
  of(probeId: number | null): Comparison | null {
    return (probeId !== null && this.done.get(this.#key(probeId))) || null
  }
  #key(probeId: number): string {
    return [probeId, this.#w.selection.galleryId, this.top, ...this.chosen.map(({ hash }) => hash)].join(' ')
  }
  clear(): void {
    this.#abort?.abort()
    this.done = new Map()
    this.plan = null
    this.failure = null
    this.candidate = 0
  }
  toggle(hash: string): void {
    const next = new Set(this.out)
    if (!next.delete(hash)) next.add(hash)
    this.out = next
  }
  cancel(): void {
    this.#abort?.abort()
  }
  /** Asks what the comparison would cost; a later question takes the place of an earlier one. */
  async ask(): Promise<void> {
    this.#planAbort?.abort()
    const { caseId, probeId, galleryId } = this.#w.selection
    const packages = this.chosen.map(({ hash }) => hash)
    const one = this.mode === 'probe'
    if (caseId === null || galleryId === null || packages.length === 0 || (one && probeId === null)) {
      this.plan = null
      return
    }
    const abort = (this.#planAbort = new AbortController())
    this.planning = true
    try {
      const plan = await this.#w.client.call(
        'comparisons.plan',
        { caseId, galleryId, packages, ...(one && probeId !== null && { probeId }) },
        { signal: abort.signal },
      )
      if (this.#planAbort === abort) this.plan = plan
    } catch (thrown) {
      if (this.#planAbort === abort) this.plan = null
      if (!abort.signal.aborted) this.failure = describeError(thrown)?.message ?? null
    } finally {
      if (this.#planAbort === abort) this.planning = false
    }
  }
  async run(via: Via): Promise<void> {
    const { caseId, probeId, galleryId } = this.#w.selection
    if (this.running || caseId === null || galleryId === null) return
    const abort = (this.#abort = new AbortController())
    const wish = { galleryId, top: this.top, packages: this.chosen.map(({ hash }) => hash) }
    const keep = (one: Comparison): void => {
      if (this.#w.selection.caseId === one.caseId) this.done = new Map(this.done).set(this.#key(one.probeId), one)
    }
    const options = {
      via,
      signal: abort.signal,
      onProgress: ({ comparison, ...now }: ComparisonProgress) => {
        if (comparison) keep(comparison)
        if (this.#abort === abort) this.running = now
      },
    }
    this.running = { stage: 'ranking', done: 0, total: 0, probes: { done: 0, total: 0 }, etaSeconds: null }
    this.failure = null
    this.candidate = 0
    try {
      const { client } = this.#w
      if (this.mode === 'case')
        for (const one of await client.call('comparisons.startCase', { caseId, ...wish }, options)) keep(one)
      else if (probeId !== null) keep(await client.call('comparisons.start', { probeId, ...wish }, options))
    } catch (thrown) {
      this.failure = describeError(thrown)?.message ?? null
    } finally {
      this.running = this.#abort = null
      void this.ask()
    }
  }
}
