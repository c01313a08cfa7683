// Subjects of a gallery.
import type { Migration } from '../migrate.ts'

export const subjects: Migration = {
  version: 8,
  name: 'subjects',
  sql: `
    CREATE TABLE subjects (
      id INTEGER PRIMARY KEY,
      gallery_id INTEGER NOT NULL REFERENCES galleries (id),
      name TEXT NOT NULL CHECK (name <> ''),
      external_id TEXT NOT NULL,
      note TEXT NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (gallery_id, name, external_id),
      UNIQUE (id, gallery_id)
    ) STRICT;
    CREATE TRIGGER subjects_stay_in_their_gallery BEFORE UPDATE OF id, gallery_id ON subjects
      BEGIN SELECT RAISE(ABORT, 'a subject stays in its gallery'); END;
    CREATE TRIGGER subjects_no_delete BEFORE DELETE ON subjects BEGIN SELECT RAISE(ABORT, 'subjects are never deleted: searches name them'); END;
  `,
}
