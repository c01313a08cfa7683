// Probes of the open case: the list, placing and moving by hand, retiring and restoring.
import type { Box, FivePoints } from '../../../core/contract/common.ts'
import type { Via } from '../../../core/contract/index.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export interface Placement {
  readonly box?: Box
  readonly points?: FivePoints
  readonly label?: string
}

export class Probes {
  readonly #w: Workbench
  all = $state.raw<readonly Probe[]>([])
  loaded = $state(false)
  showRetired = $state(false)
  /** Only the faces of the selected evidence. */
  ofImageOnly = $state(false)
  readonly #excluded = $derived.by(() => new Set(this.#w.evidence.all.filter((e) => e.excludedAt).map((e) => e.id)))
  readonly active = $derived(this.all.filter((p) => p.retiredAt === null && !this.#excluded.has(p.evidenceId)))
  readonly retiredCount = $derived(this.all.filter((p) => p.retiredAt !== null).length)
  readonly list = $derived.by(() => {
    const base = this.showRetired ? this.all.filter((p) => !this.#excluded.has(p.evidenceId)) : this.active
    return this.ofImageOnly ? base.filter((p) => p.evidenceId === this.#w.selection.evidenceId) : base
  })
  readonly selected = $derived.by(() => this.all.find((p) => p.id === this.#w.selection.probeId) ?? null)
  readonly refresh: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      const caseId = w.selection.caseId
      const all = caseId === null ? [] : await w.client.call('probes.list', { caseId })
      if (caseId !== w.selection.caseId) return
      this.all = [...all].sort((a, b) => a.number - b.number)
      this.loaded = true
    }, w.notices.error)
  }
  clear(): void {
    this.all = []
    this.loaded = false
  }
  async create(evidenceId: number, box: Box, points: FivePoints, via: Via): Promise<void> {
    const made = await this.#w.client.call('probes.create', { evidenceId, box, points }, { via })
    this.#w.undo.push({
      label: `Place probe ${made.number}`,
      undo: (how) => this.#retire(made.id)(how).then(() => this.#showRetired(made.id)),
      redo: (how) => this.#restore(made.id)(how).then(() => this.#showRetired(made.id)),
    })
    await Promise.all([this.refresh(), this.#w.evidence.refresh()])
    await this.#w.selectProbe(made.id)
  }
  /** Moves box or points, or changes the label. The template made before stays with its searches. */
  async update(before: Probe, change: Placement, via: Via): Promise<void> {
    const was: Placement = {
      ...(change.box && { box: before.box }),
      ...(change.points && { points: before.points }),
      ...(change.label !== undefined && { label: before.label }),
    }
    const set = (to: Placement) => (how: Via) =>
      this.#w.client.call('probes.update', { id: before.id, ...to }, { via: how })
    const what = change.box ? 'Move the box' : change.points ? 'Move the points' : 'Change the label'
    const label = `${what} of probe ${before.number}`
    await this.#w.change({ label, apply: set(change), revert: set(was), show: this.refresh }, via)
  }
  async setRetired(probe: Probe, retired: boolean, via: Via): Promise<void> {
    const [away, back] = [this.#retire(probe.id), this.#restore(probe.id)]
    const label = `${retired ? 'Retire' : 'Restore'} probe ${probe.number}`
    const show = () => this.#showRetired(probe.id)
    const [apply, revert] = retired ? [away, back] : [back, away]
    await this.#w.change({ label, apply, revert, show, offersUndo: true }, via)
  }
  readonly #retire = (id: number) => (via: Via) => this.#w.client.call('probes.retire', { id }, { via })
  readonly #restore = (id: number) => (via: Via) => this.#w.client.call('probes.restore', { id }, { via })

  /** After a retirement the probe beside it is chosen. */
  async #showRetired(id: number): Promise<void> {
    const index = this.list.findIndex((p) => p.id === id)
    await Promise.all([this.refresh(), this.#w.evidence.refresh()])
    const gone = !this.list.some((p) => p.id === id)
    if (gone && this.#w.selection.probeId === id)
      await this.#w.selectProbe(this.list[Math.max(0, Math.min(index, this.list.length - 1))]?.id ?? null)
  }
}
