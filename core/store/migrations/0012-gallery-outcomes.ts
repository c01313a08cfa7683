// What a recogniser made of each gallery image, with the range of gallery versions in which that held.
import type { Migration } from '../migrate.ts'

export const galleryOutcomes: Migration = {
  version: 12,
  name: 'gallery-outcomes',
  sql: `
    -- A search saw the outcomes with since_version <= v and (until_version is null or until_version > v).
    CREATE TABLE gallery_outcomes (
      id INTEGER PRIMARY KEY,
      gallery_id INTEGER NOT NULL,
      image_id INTEGER NOT NULL,
      model_sha256 TEXT NOT NULL REFERENCES model_packages (sha256),
      template_id INTEGER REFERENCES templates (id),
      reason TEXT CHECK ((reason IS NULL) = (template_id IS NOT NULL)),
      face TEXT CHECK (face IS NULL OR json_valid(face)) CHECK (face IS NOT NULL OR template_id IS NULL),
      since_version INTEGER NOT NULL CHECK (since_version > 0),
      until_version INTEGER CHECK (until_version > since_version),
      made_at TEXT NOT NULL,
      FOREIGN KEY (image_id, gallery_id) REFERENCES gallery_images (id, gallery_id)
    ) STRICT;
    CREATE INDEX gallery_outcomes_in_order ON gallery_outcomes
      (gallery_id, model_sha256, template_id, since_version, until_version, image_id);
    CREATE UNIQUE INDEX gallery_outcomes_one_current ON gallery_outcomes (image_id, model_sha256) WHERE until_version IS NULL;
    CREATE INDEX gallery_outcomes_by_template ON gallery_outcomes (template_id) WHERE template_id IS NOT NULL;
    CREATE TRIGGER gallery_outcomes_own_template BEFORE INSERT ON gallery_outcomes
      WHEN new.template_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM templates
        WHERE id = new.template_id AND image_id = new.image_id AND model_sha256 = new.model_sha256)
      BEGIN SELECT RAISE(ABORT, 'an outcome uses a template of its own image and model'); END;
    CREATE TRIGGER gallery_outcomes_only_end BEFORE UPDATE ON gallery_outcomes
      WHEN old.until_version IS NOT NULL OR new.until_version IS NULL OR new.id <> old.id
        OR new.gallery_id <> old.gallery_id OR new.image_id <> old.image_id OR new.model_sha256 <> old.model_sha256
        OR new.template_id IS NOT old.template_id OR new.reason IS NOT old.reason OR new.face IS NOT old.face
        OR new.since_version <> old.since_version OR new.made_at <> old.made_at
      BEGIN SELECT RAISE(ABORT, 'an outcome may only come to its end, once'); END;
    CREATE TRIGGER gallery_outcomes_no_delete BEFORE DELETE ON gallery_outcomes
      BEGIN SELECT RAISE(ABORT, 'outcomes are never deleted: searches stand on them'); END;
  `,
}
