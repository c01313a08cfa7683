// What the person is told in passing: errors until dismissed, the rest for a few seconds.
import { describeError } from './describeError.ts'

export interface Notice {
  readonly id: number
  readonly kind: 'info' | 'error'
  readonly text: string
  readonly subject: string | null
  readonly action: { readonly label: string; run(): unknown } | null
}

const seconds = 8

export class Notices {
  list = $state.raw<readonly Notice[]>([])
  #next = 1

  info(text: string, action: Notice['action'] = null): void {
    const id = this.#add({ kind: 'info', text, subject: null, action })
    setTimeout(() => this.dismiss(id), seconds * 1000)
  }
  /** Shows what went wrong; a cancel says nothing. The same sentence is shown once. */
  readonly error = (thrown: unknown): void => {
    const told = describeError(thrown)
    if (!told) return
    if (this.list.some((n) => n.kind === 'error' && n.text === told.message && n.subject === told.subject)) return
    this.#add({ kind: 'error', text: told.message, subject: told.subject, action: null })
  }
  readonly dismiss = (id: number): void => {
    this.list = this.list.filter((n) => n.id !== id)
  }
  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++
    this.list = [...this.list.slice(-4), { ...notice, id }]
    return id
  }
}
