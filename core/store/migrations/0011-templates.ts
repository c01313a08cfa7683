// Templates: vectors with the hash of the package that made them, each of one probe or one gallery image, for ever.
import type { Migration } from '../migrate.ts'

export const templates: Migration = {
  version: 11,
  name: 'templates',
  sql: `
    CREATE TABLE templates (
      id INTEGER PRIMARY KEY,
      model_sha256 TEXT NOT NULL REFERENCES model_packages (sha256),
      dimension INTEGER NOT NULL CHECK (dimension > 0),
      probe_id INTEGER REFERENCES probes (id),
      image_id INTEGER REFERENCES gallery_images (id),
      created_at TEXT NOT NULL,
      vector BLOB NOT NULL CHECK (length(vector) = 4 * dimension),
      CHECK ((probe_id IS NULL) <> (image_id IS NULL))
    ) STRICT;
    CREATE INDEX templates_by_probe ON templates (probe_id) WHERE probe_id IS NOT NULL;
    CREATE INDEX templates_by_image ON templates (image_id) WHERE image_id IS NOT NULL;
    CREATE INDEX templates_by_model ON templates (model_sha256);
    CREATE TRIGGER templates_of_their_model BEFORE INSERT ON templates
      WHEN NOT EXISTS (SELECT 1 FROM model_packages
        WHERE sha256 = new.model_sha256 AND role = 'recogniser' AND embedding = new.dimension)
      BEGIN SELECT RAISE(ABORT, 'a template has as many values as its recogniser gives'); END;
    CREATE TRIGGER templates_no_update BEFORE UPDATE ON templates BEGIN SELECT RAISE(ABORT, 'templates are never changed'); END;
    CREATE TRIGGER templates_no_delete BEFORE DELETE ON templates BEGIN SELECT RAISE(ABORT, 'templates are never deleted: searches name them'); END;

    CREATE TRIGGER probe_revisions_own_template BEFORE INSERT ON probe_revisions
      WHEN new.template_id IS NOT NULL
        AND (SELECT probe_id FROM templates WHERE id = new.template_id) IS NOT new.probe_id
      BEGIN SELECT RAISE(ABORT, 'a probe uses a template of its own'); END;
  `,
}
