// Evidence: the record of an original is never changed; what happens to it later stands in a table of its own.
import type { Migration } from '../migrate.ts'

export const evidence: Migration = {
  version: 5,
  name: 'evidence',
  sql: `
    CREATE TABLE evidence (
      id INTEGER PRIMARY KEY,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      name TEXT NOT NULL CHECK (name <> ''),
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      bytes INTEGER NOT NULL CHECK (bytes > 0),
      facts TEXT NOT NULL CHECK (json_valid(facts)),
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL CHECK (added_by <> ''),
      duplicate_of INTEGER REFERENCES evidence (id)
    ) STRICT;
    CREATE INDEX evidence_by_case ON evidence (case_id, sha256);
    CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'originals are never changed'); END;
    CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'originals are never deleted'); END;

    CREATE TABLE evidence_marks (
      evidence_id INTEGER PRIMARY KEY REFERENCES evidence (id),
      excluded_at TEXT,
      detected_at TEXT
    ) STRICT;
    CREATE TRIGGER evidence_marks_no_delete BEFORE DELETE ON evidence_marks BEGIN SELECT RAISE(ABORT, 'marks are changed, never deleted'); END;
  `,
}
