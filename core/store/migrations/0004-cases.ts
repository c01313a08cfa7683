// Cases.
import type { Migration } from '../migrate.ts'

export const cases: Migration = {
  version: 4,
  name: 'cases',
  sql: `
    CREATE TABLE cases (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL CHECK (name <> ''),
      reference TEXT NOT NULL,
      note TEXT NOT NULL,
      authorisation TEXT NOT NULL,
      demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
      created_at TEXT NOT NULL,
      archived_at TEXT
    ) STRICT;
    CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'cases are archived, never deleted'); END;
  `,
}
