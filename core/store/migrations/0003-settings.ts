// Settings that were changed from their defaults, one row each, as JSON.
import type { Migration } from '../migrate.ts'

export const settings: Migration = {
  version: 3,
  name: 'settings',
  sql: `
    CREATE TABLE settings (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (name <> ''),
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT;
  `,
}
