// Templates of gallery faces shrunk to a probe's native side, for the second score: made once, kept for ever.
import type { Migration } from '../migrate.ts'

export const shrunkTemplates: Migration = {
  version: 16,
  name: 'shrunk-templates',
  sql: `
    -- The gallery template says which image, which face in it and which package: the vector is by that package's probe network.
    CREATE TABLE shrunk_templates (
      id INTEGER PRIMARY KEY,
      template_id INTEGER NOT NULL REFERENCES templates (id),
      side INTEGER NOT NULL CHECK (side >= 4),
      dimension INTEGER NOT NULL CHECK (dimension > 0),
      made_at TEXT NOT NULL,
      vector BLOB NOT NULL CHECK (length(vector) = 4 * dimension),
      UNIQUE (template_id, side)
    ) STRICT;
    CREATE TRIGGER shrunk_templates_of_gallery BEFORE INSERT ON shrunk_templates
      WHEN NOT EXISTS (SELECT 1 FROM templates
        WHERE id = new.template_id AND image_id IS NOT NULL AND dimension = new.dimension)
      BEGIN SELECT RAISE(ABORT, 'only a gallery template is shrunk, and to its own number of values'); END;
    CREATE TRIGGER shrunk_templates_no_update BEFORE UPDATE ON shrunk_templates
      BEGIN SELECT RAISE(ABORT, 'templates are never changed'); END;
    CREATE TRIGGER shrunk_templates_no_delete BEFORE DELETE ON shrunk_templates
      BEGIN SELECT RAISE(ABORT, 'templates are never deleted: searches stand on them'); END;
  `,
}
