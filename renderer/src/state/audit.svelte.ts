// The audit chain as a table that scrolls, a filter, and its verification.
import type { AuditReport, AuditRow } from '../../../core/contract/audit.ts'
import type { CallProgress, Via } from '../../../core/contract/index.ts'
import { Paged } from './paged.svelte.ts'
import type { Workbench } from './workbench.svelte.ts'

export class Audit {
  readonly #w: Workbench
  text = $state('')
  thisCaseOnly = $state(false)
  head = $state('')
  selected = $state<number | null>(null)
  verifying = $state.raw<CallProgress<'audit.verify'> | null>(null)
  report = $state.raw<AuditReport | null>(null)
  readonly rows: Paged<AuditRow>
  #abort: AbortController | null = null

  constructor(w: Workbench) {
    this.#w = w
    this.rows = new Paged(async (offset, limit) => {
      const caseId = this.thisCaseOnly ? w.selection.caseId : null
      const page = await w.client.call('audit.list', {
        text: this.text,
        ...(caseId !== null && { caseId }),
        offset,
        limit,
      })
      this.head = page.head
      return page
    }, w.notices.error)
  }
  async verify(via: Via): Promise<void> {
    const abort = (this.#abort = new AbortController())
    this.verifying = { stage: 'rows', done: 0, total: 0 }
    this.report = null
    try {
      this.report = await this.#w.client.call(
        'audit.verify',
        {},
        { via, signal: abort.signal, onProgress: (p) => (this.verifying = p) },
      )
    } catch (thrown) {
      this.#w.notices.error(thrown)
    } finally {
      this.verifying = null
      this.#abort = null
    }
  }
  cancelVerify(): void {
    this.#abort?.abort()
  }
}
