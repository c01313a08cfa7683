// A long list of the host's, fetched a page at a time as it scrolls into sight.
import { SvelteMap } from 'svelte/reactivity'

export type FetchPage<T> = (offset: number, limit: number) => Promise<{ total: number; rows: readonly T[] }>

export class Paged<T> {
  total = $state(0)
  loaded = $state(false)
  readonly #pages = new SvelteMap<number, readonly T[]>()
  readonly #asked = new Set<number>()
  readonly #fetch: FetchPage<T>
  readonly #failed: (thrown: unknown) => void
  readonly #size: number
  #round = 0

  constructor(fetch: FetchPage<T>, failed: (thrown: unknown) => void, size = 200) {
    this.#fetch = fetch
    this.#failed = failed
    this.#size = size
  }
  /** The row at an index, or undefined while it is on its way. */
  at(index: number): T | undefined {
    const page = Math.floor(index / this.#size)
    const rows = this.#pages.get(page)
    if (!rows && !this.#asked.has(page)) void this.#load(page)
    return rows?.[index - page * this.#size]
  }
  /** Fetches again from the start; what is shown stays until the new first page is there. */
  async reset(clear = false): Promise<void> {
    this.#round++
    this.#asked.clear()
    if (clear) this.empty()
    await this.#load(0)
  }
  empty(): void {
    this.#round++
    this.#pages.clear()
    this.#asked.clear()
    this.total = 0
    this.loaded = false
  }
  async #load(page: number): Promise<void> {
    const round = this.#round
    this.#asked.add(page)
    try {
      const { total, rows } = await this.#fetch(page * this.#size, this.#size)
      if (round !== this.#round) return
      if (page === 0) for (const other of [...this.#pages.keys()]) if (other !== 0) this.#pages.delete(other)
      this.#pages.set(page, rows)
      this.total = total
      this.loaded = true
    } catch (thrown) {
      if (round === this.#round) this.#failed(thrown)
    }
  }
}
