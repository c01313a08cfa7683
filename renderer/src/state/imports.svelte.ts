// Bringing files into the open case, one after the other, with every file that failed named.
import type { Via } from '../../../core/contract/index.ts'
import type { Collected, Collection } from '../files/collect.ts'
import { describeError } from './describeError.ts'
import type { Workbench } from './workbench.svelte.ts'

export interface ImportProblem {
  readonly path: string
  readonly message: string
}

export class Imports {
  readonly #w: Workbench
  done = $state(0)
  total = $state(0)
  current = $state('')
  problems = $state.raw<readonly ImportProblem[]>([])
  readonly running = $derived(this.done < this.total)
  #queue: { caseId: number; item: Collected; via: Via }[] = []
  #working = false

  constructor(w: Workbench) {
    this.#w = w
  }
  /** Takes what was collected; files that were skipped are listed with the failures. */
  add(collection: Collection, via: Via): void {
    const caseId = this.#w.selection.caseId
    if (caseId === null) return
    this.problems = [...this.problems, ...collection.skipped]
    if (!this.running) this.done = this.total = 0
    this.total += collection.files.length
    this.#queue.push(...collection.files.map((item) => ({ caseId, item, via })))
    if (!this.#working) void this.#work()
  }
  /** Stops after the file under way; what is in stays in. */
  cancel(): void {
    const left = this.#queue.length
    this.#queue = []
    this.total -= left
    if (left > 0) this.#w.notices.info(`Import stopped; ${left} ${left === 1 ? 'file was' : 'files were'} not added.`)
  }
  dismiss(): void {
    this.problems = []
  }
  async #work(): Promise<void> {
    this.#working = true
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { caseId, item, via } = next
      this.current = item.path
      try {
        const bytes = new Uint8Array(await item.file.arrayBuffer())
        const added = await this.#w.client.call('evidence.add', { caseId, name: item.path, bytes }, { via })
        await this.#w.evidence.refresh()
        if (this.#w.selection.caseId === caseId) {
          if (added.duplicateOf !== null) this.#note(item.path, this.#duplicate(added.duplicateOf))
          else this.#w.detection.enqueue(added.id, via)
          if (this.#w.evidence.selected === null) this.#w.selectEvidence(added.id)
        }
      } catch (thrown) {
        const told = describeError(thrown)
        if (told) this.#note(item.path, told.message)
      }
      this.done++
    }
    this.current = ''
    this.#working = false
    void this.#w.cases.refresh()
  }
  #duplicate(of: number): string {
    const name = this.#w.evidence.byId(of)?.name
    return `The same bytes are already in this case${name ? ` as “${name}”` : ''}; it was added, and faces were not searched again.`
  }
  #note(path: string, message: string): void {
    this.problems = [...this.problems, { path, message }]
  }
}
