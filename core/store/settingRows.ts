// Rows of the settings table: a name and a JSON value.
import type { Audit, Store } from './store.ts'

/** Stored value, or undefined where the setting was never changed. */
export function readSetting(store: Store, name: string): unknown {
  const row = store.sql<{ value: string }>('SELECT value FROM settings WHERE name = ?').get(name)
  return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
}

/** Within a write. */
export function writeSetting(store: Store, audit: Audit, name: string, value: unknown): void {
  const row = store
    .sql<{ id: number }>(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING id',
    )
    .get(name, JSON.stringify(value))!
  audit(`setting:${row.id}`, { name, value }, [`setting:${row.id}`])
}
