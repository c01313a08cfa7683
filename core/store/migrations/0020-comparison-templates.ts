// Templates that a comparison of models made: of probes and gallery faces, by packages that did not enrol them.
import type { Migration } from '../migrate.ts'

export const comparisonTemplates: Migration = {
  version: 20,
  name: 'comparison-templates',
  sql: `
    -- Apart from templates: no search ranks by these, no gallery is enrolled by them, none becomes stale or fresh by them.
    CREATE TABLE comparison_templates (
      id INTEGER PRIMARY KEY,
      model_sha256 TEXT NOT NULL REFERENCES model_packages (sha256),
      probe_id INTEGER REFERENCES probes (id),
      image_id INTEGER REFERENCES gallery_images (id),
      -- The five points that the face was aligned by, as its probe revision or gallery outcome has them.
      points TEXT NOT NULL CHECK (json_valid(points)),
      -- 0: the face as it is. Else a gallery face shrunk to so many pixels, for the package's second score.
      side INTEGER NOT NULL CHECK (side = 0 OR (side >= 4 AND image_id IS NOT NULL)),
      made_at TEXT NOT NULL,
      dimension INTEGER NOT NULL CHECK (dimension > 0),
      vector BLOB CHECK (length(vector) = 4 * dimension),
      reason TEXT CHECK ((reason IS NULL) = (vector IS NOT NULL)),
      CHECK ((probe_id IS NULL) <> (image_id IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX comparison_templates_by_image ON comparison_templates (image_id, model_sha256, side, points)
      WHERE image_id IS NOT NULL;
    CREATE UNIQUE INDEX comparison_templates_by_probe ON comparison_templates (probe_id, model_sha256, points)
      WHERE probe_id IS NOT NULL;
    CREATE TRIGGER comparison_templates_of_their_model BEFORE INSERT ON comparison_templates
      WHEN NOT EXISTS (SELECT 1 FROM model_packages
        WHERE sha256 = new.model_sha256 AND role = 'recogniser' AND embedding = new.dimension)
      BEGIN SELECT RAISE(ABORT, 'a template has as many values as its recogniser gives'); END;
    CREATE TRIGGER comparison_templates_are_not_synthetic BEFORE INSERT ON comparison_templates
      WHEN EXISTS (SELECT 1 FROM probes p JOIN evidence e ON e.id = p.evidence_id
          JOIN synthetic_hashes s ON s.sha256 = e.sha256 WHERE p.id = new.probe_id)
        OR EXISTS (SELECT 1 FROM gallery_images i JOIN synthetic_hashes s ON s.sha256 = i.sha256 WHERE i.id = new.image_id)
      BEGIN SELECT RAISE(ABORT, 'no template is made of a made-up face'); END;
    CREATE TRIGGER comparison_templates_no_update BEFORE UPDATE ON comparison_templates
      BEGIN SELECT RAISE(ABORT, 'templates are never changed'); END;
    CREATE TRIGGER comparison_templates_no_delete BEFORE DELETE ON comparison_templates
      BEGIN SELECT RAISE(ABORT, 'templates are never deleted: comparisons stand on them'); END;
  `,
}
