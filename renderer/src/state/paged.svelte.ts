// A long list of the host's, fetched a page at a time as it scrolls into sight.
import { untrack } from 'svelte'
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
  /** Grows with every reset; rows in sight read it, and so ask again. */
  #round = $state(0)

  constructor(fetch: FetchPage<T>, failed: (thrown: unknown) => void, size = 200) {
    this.#fetch = fetch
    this.#failed = failed
    this.#size = size
  }
  /** The row at an index, or undefined while it is on its way. After a reset the old row stands until the new one is there. */
  at(index: number): T | undefined {
    const page = Math.floor(index / this.#size)
    const rows = this.#pages.get(page)
    if (this.#round >= 0 && !this.#asked.has(page)) void this.#load(page)
    return rows?.[index - page * this.#size]
  }
  /** Fetches again what is in sight, and the total. */
  async reset(clear = false): Promise<void> {
    if (clear) this.empty()
    this.#asked.clear()
    this.#round++
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
    this.#asked.add(page)
    const round = untrack(() => this.#round)
    try {
      const { total, rows } = await this.#fetch(page * this.#size, this.#size)
      if (round !== this.#round) return
      this.#pages.set(page, rows)
      this.total = total
      this.loaded = true
    } catch (thrown) {
      if (round === this.#round) this.#failed(thrown)
    }
  }
}
