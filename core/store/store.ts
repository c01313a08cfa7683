// What an open case store is: the handle that every repository takes first, and who is acting.
import type { Database } from 'better-sqlite3'
import type { Via } from '../contract/index.ts'
import type { BlobStore } from './blobs.ts'

/** Who changes something, through which call, and how it was asked for; every audit row keeps the three. */
export interface Actor {
  readonly account: string
  readonly via: Via
  /** Contract call, e.g. `probes.update`. */
  readonly action: string
}

/**
 * Writes the audit row of a change, inside its transaction.
 * @param subject what was changed, `kind:id`, e.g. `probe:12`
 * @param parameters what was asked for; anything JSON can hold. `caseId` puts the row among those of its case
 * @param records records written (`kind:id`); their digests go into the row, so that tampering with them is found
 * @param discarded records taken away (`kind:id`); the row says so, so that verification does not miss them
 */
export type Audit = (
  subject: string,
  parameters: object,
  records?: readonly string[],
  discarded?: readonly string[],
) => void

/** A prepared statement whose faults are sentences. */
export interface Query<Row> {
  get(...values: unknown[]): Row | undefined
  all(...values: unknown[]): Row[]
  iterate(...values: unknown[]): IterableIterator<Row>
  run(...values: unknown[]): { changes: number; lastInsertRowid: number | bigint }
}

export interface Store {
  readonly folder: string
  readonly appVersion: string
  readonly db: Database
  /** Originals. */
  readonly blobs: BlobStore
  /** Made-up faces, apart from the originals. */
  readonly synthetic: BlobStore
  readonly schemaVersion: number
  /** ISO 8601, UTC, milliseconds. */
  now(): string
  /** A prepared statement, cached by its text. Rows come as objects. */
  sql<Row = unknown>(text: string): Query<Row>
  /**
   * Runs a change in one transaction (BEGIN IMMEDIATE … COMMIT). Inside another write it joins that transaction.
   * @throws Error where the change wrote no audit row or returned a promise; nothing is kept then
   * @throws UserFacingError disk-full, store-damaged, store-locked; nothing is kept then
   */
  write<T>(actor: Actor, change: (audit: Audit) => T): T
  close(): void
}
