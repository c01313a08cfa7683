// Model packages of a third role: hallucinators, which make faces up and have no embedding.
import type { Migration } from '../migrate.ts'

export const modelRoles: Migration = {
  version: 18,
  name: 'model-roles',
  sql: `
    -- A CHECK cannot be changed: the table is made anew under its name, and whoever refers to it finds the same rows.
    PRAGMA defer_foreign_keys = ON;
    CREATE TEMPORARY TABLE packages_so_far AS SELECT * FROM model_packages;
    DROP TABLE model_packages;
    CREATE TABLE model_packages (
      id INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
      role TEXT NOT NULL CHECK (role IN ('recogniser', 'detector', 'hallucinator')),
      name TEXT NOT NULL CHECK (name <> ''),
      embedding INTEGER CHECK (embedding > 0),
      card TEXT NOT NULL CHECK (json_valid(card)),
      shipped INTEGER NOT NULL CHECK (shipped IN (0, 1)),
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      registered_at TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('experimental', 'validated', 'retired')),
      active INTEGER NOT NULL CHECK (active IN (0, 1)),
      CHECK ((role = 'recogniser' AND embedding IS NOT NULL) OR role = 'detector' OR (role = 'hallucinator' AND embedding IS NULL)),
      CHECK (active = 0 OR state <> 'retired')
    ) STRICT;
    INSERT INTO model_packages SELECT * FROM packages_so_far;
    DROP TABLE packages_so_far;
    CREATE UNIQUE INDEX model_packages_one_active ON model_packages (role) WHERE active = 1;
    CREATE TRIGGER model_packages_card_stays
      BEFORE UPDATE OF id, sha256, role, name, embedding, card, shipped, registered_at ON model_packages
      BEGIN SELECT RAISE(ABORT, 'a package is what its hash says: import another one'); END;
    CREATE TRIGGER model_packages_no_delete BEFORE DELETE ON model_packages
      BEGIN SELECT RAISE(ABORT, 'packages are retired, never deleted'); END;
  `,
}
