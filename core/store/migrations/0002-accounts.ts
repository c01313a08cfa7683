// Accounts: the names that stand in audit rows and searches.
import type { Migration } from '../migrate.ts'

export const accounts: Migration = {
  version: 2,
  name: 'accounts',
  sql: `
    CREATE TABLE accounts (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (name <> ''),
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER accounts_no_update BEFORE UPDATE ON accounts BEGIN SELECT RAISE(ABORT, 'accounts are never renamed: old records name them'); END;
    CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'accounts are never deleted: old records name them'); END;
  `,
}
