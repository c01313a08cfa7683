// Galleries with a version that only grows.
import type { Migration } from '../migrate.ts'

export const galleries: Migration = {
  version: 7,
  name: 'galleries',
  sql: `
    CREATE TABLE galleries (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (name <> ''),
      note TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
      created_at TEXT NOT NULL,
      archived_at TEXT
    ) STRICT;
    CREATE TRIGGER galleries_version_grows BEFORE UPDATE OF version ON galleries WHEN new.version < old.version
      BEGIN SELECT RAISE(ABORT, 'a gallery version never goes back'); END;
    CREATE TRIGGER galleries_no_delete BEFORE DELETE ON galleries BEGIN SELECT RAISE(ABORT, 'galleries are archived, never deleted'); END;
  `,
}
