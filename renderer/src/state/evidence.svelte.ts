// Evidence of the open case: the list, taking an item out of sight and back, checking an original.
import type { Evidence as Item } from '../../../core/contract/evidence.ts'
import type { Via } from '../../../core/contract/index.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export class Evidence {
  readonly #w: Workbench
  all = $state.raw<readonly Item[]>([])
  loaded = $state(false)
  showExcluded = $state(false)
  readonly list = $derived(this.showExcluded ? this.all : this.all.filter((e) => e.excludedAt === null))
  readonly excludedCount = $derived(this.all.filter((e) => e.excludedAt !== null).length)
  readonly selected = $derived.by(() => this.all.find((e) => e.id === this.#w.selection.evidenceId) ?? null)
  readonly refresh: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      const caseId = w.selection.caseId
      const all = caseId === null ? [] : await w.client.call('evidence.list', { caseId })
      if (caseId !== w.selection.caseId) return
      this.all = all
      this.loaded = true
    }, w.notices.error)
  }
  byId(id: number): Item | null {
    return this.all.find((e) => e.id === id) ?? null
  }
  clear(): void {
    this.all = []
    this.loaded = false
  }
  async setExcluded(item: Item, excluded: boolean, via: Via): Promise<void> {
    const set = (to: boolean) => (how: Via) =>
      this.#w.client.call(to ? 'evidence.exclude' : 'evidence.restore', { id: item.id }, { via: how })
    const show = async () => {
      await Promise.all([this.refresh(), this.#w.probes.refresh()])
      if (this.byId(item.id)?.excludedAt && !this.showExcluded) await this.#lookElsewhere(item.id)
    }
    const label = `${excluded ? 'Exclude' : 'Restore'} “${item.name}”`
    await this.#w.change({ label, apply: set(excluded), revert: set(!excluded), show, offersUndo: true }, via)
  }
  /** What went out of sight is not selected any more. */
  async #lookElsewhere(id: number): Promise<void> {
    const { selection, probes } = this.#w
    if (probes.selected?.evidenceId === id) await this.#w.selectProbe(null)
    if (selection.evidenceId === id) this.#w.selectEvidence(this.list[0]?.id ?? null)
  }
  /** Reads the stored original again; the host refuses it where a byte has changed. */
  async check(item: Item, via: Via): Promise<void> {
    const { sha256 } = await this.#w.client.call('evidence.original', { id: item.id }, { via })
    this.#w.notices.info(`“${item.name}” is unchanged: its SHA-256 is still ${sha256.slice(0, 16)}…`)
  }
}
