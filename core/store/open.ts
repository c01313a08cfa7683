// Opens the case store: one folder, one writer, a known schema.
import type { Store } from './store.ts'

export interface OpenOptions {
  readonly folder: string
  readonly appVersion: string
  /** Clock, for tests. */
  readonly now?: () => Date
  /** Name of the first account; the operating system's user where absent. */
  readonly osUser?: string
}
/** @throws UserFacingError unavailable, store-locked, store-version, store-damaged, disk-full, forbidden */
export function openStore(options: OpenOptions): Store {
  throw new Error(`not yet: ${options.folder}`)
}
