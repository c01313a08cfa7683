// Cases: the list, the open one, and what may be done to them.
import type { Case } from '../../../core/contract/cases.ts'
import type { CallArgs, Via } from '../../../core/contract/index.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export type CaseFields = Omit<CallArgs<'cases.create'>, 'id'>

export class Cases {
  readonly #w: Workbench
  open = $state.raw<readonly Case[]>([])
  archived = $state.raw<readonly Case[]>([])
  loaded = $state(false)
  readonly all = $derived([...this.open, ...this.archived])
  /** The case whose evidence is on the screen. */
  readonly current = $derived.by(() => this.all.find((c) => c.id === this.#w.selection.caseId) ?? null)
  readonly refresh: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      const [open, archived] = await Promise.all([
        w.client.call('cases.list', { archived: false }),
        w.client.call('cases.list', { archived: true }),
      ])
      this.open = open.filter((c) => c.archivedAt === null)
      this.archived = archived.filter((c) => c.archivedAt !== null)
      this.loaded = true
    }, w.notices.error)
  }
  async create(fields: CaseFields, via: Via): Promise<Case> {
    const made = await this.#w.client.call('cases.create', fields, { via })
    await this.refresh()
    void this.#w.openCase(made.id)
    return made
  }
  /** Changes names and notes, and lets the person take it back. */
  async update(before: Case, fields: Partial<CaseFields>, via: Via): Promise<void> {
    const was: Partial<CaseFields> = {}
    for (const key of Object.keys(fields) as (keyof CaseFields)[]) was[key] = before[key]
    const set = (to: Partial<CaseFields>) => (how: Via) =>
      this.#w.client.call('cases.update', { id: before.id, ...to }, { via: how })
    const label = `Change the details of case “${before.name}”`
    await this.#w.change({ label, apply: set(fields), revert: set(was), show: this.refresh }, via)
  }
  async setArchived(target: Case, archived: boolean, via: Via): Promise<void> {
    const set = (to: boolean) => (how: Via) =>
      this.#w.client.call(to ? 'cases.archive' : 'cases.restore', { id: target.id }, { via: how })
    const label = `${archived ? 'Archive' : 'Restore'} case “${target.name}”`
    const change = { label, apply: set(archived), revert: set(!archived), show: this.refresh, offersUndo: true }
    await this.#w.change(change, via)
  }
}
