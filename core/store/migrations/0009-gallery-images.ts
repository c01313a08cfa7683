// Gallery images: one file once per gallery, and never changed afterwards.
import type { Migration } from '../migrate.ts'

export const galleryImages: Migration = {
  version: 9,
  name: 'gallery-images',
  sql: `
    CREATE TABLE gallery_images (
      id INTEGER PRIMARY KEY,
      gallery_id INTEGER NOT NULL,
      subject_id INTEGER NOT NULL,
      file_name TEXT NOT NULL CHECK (file_name <> ''),
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      width INTEGER NOT NULL CHECK (width > 0),
      height INTEGER NOT NULL CHECK (height > 0),
      added_at TEXT NOT NULL,
      UNIQUE (gallery_id, sha256),
      UNIQUE (id, gallery_id),
      FOREIGN KEY (subject_id, gallery_id) REFERENCES subjects (id, gallery_id)
    ) STRICT;
    CREATE INDEX gallery_images_by_subject ON gallery_images (subject_id);
    CREATE TRIGGER gallery_images_no_update BEFORE UPDATE ON gallery_images BEGIN SELECT RAISE(ABORT, 'reference images are never changed'); END;
    CREATE TRIGGER gallery_images_no_delete BEFORE DELETE ON gallery_images BEGIN SELECT RAISE(ABORT, 'reference images are never deleted: searches name them'); END;
  `,
}
