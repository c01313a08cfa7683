// The audit chain: append-only, each row holding the hash of the one before.
import type { Migration } from '../migrate.ts'

export const audit: Migration = {
  version: 1,
  name: 'audit',
  sql: `
    -- AUTOINCREMENT keeps the highest sequence ever given, so that losing the last rows shows even within the database.
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT CHECK (sequence > 0),
      time TEXT NOT NULL,
      account TEXT NOT NULL CHECK (account <> ''),
      action TEXT NOT NULL CHECK (action <> ''),
      via TEXT NOT NULL CHECK (via <> ''),
      subject TEXT NOT NULL CHECK (subject <> ''),
      parameters TEXT NOT NULL,
      previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
      hash TEXT NOT NULL CHECK (length(hash) = 64),
      case_id INTEGER GENERATED ALWAYS AS
        (CASE WHEN json_valid(parameters) THEN json_extract(parameters, '$.caseId') END) VIRTUAL
    ) STRICT;
    CREATE INDEX audit_by_case ON audit (case_id, sequence) WHERE case_id IS NOT NULL;
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
  `,
}
