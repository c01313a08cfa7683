// Made-up faces: tables and a hash list of their own, so that none of them can become evidence, a probe or a reference.
import type { Migration } from '../migrate.ts'

export const hallucinations: Migration = {
  version: 19,
  name: 'hallucinations',
  sql: `
    CREATE TABLE hallucinations (
      id INTEGER PRIMARY KEY,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      probe_id INTEGER NOT NULL REFERENCES probes (id),
      model_sha256 TEXT NOT NULL REFERENCES model_packages (sha256),
      model_name TEXT NOT NULL CHECK (model_name <> ''),
      seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
      samples INTEGER NOT NULL CHECK (samples > 0),
      native_side INTEGER NOT NULL CHECK (native_side > 0),
      size INTEGER NOT NULL CHECK (size > 0),
      -- Where the face lay: the five points that were used, and the bounds of the square in the oriented original.
      points TEXT NOT NULL CHECK (json_valid(points)),
      region TEXT NOT NULL CHECK (json_valid(region)),
      spread REAL NOT NULL CHECK (spread >= 0),
      measure TEXT CHECK (json_valid(measure)),
      device TEXT NOT NULL CHECK (device <> ''),
      account TEXT NOT NULL CHECK (account <> ''),
      created_at TEXT NOT NULL,
      ms REAL NOT NULL CHECK (ms >= 0),
      app_version TEXT NOT NULL CHECK (app_version <> '')
    ) STRICT;
    CREATE INDEX hallucinations_by_case ON hallucinations (case_id, probe_id);
    CREATE TRIGGER hallucinations_of_a_probe BEFORE INSERT ON hallucinations
      WHEN (SELECT case_id FROM probes WHERE id = new.probe_id) IS NOT new.case_id
        OR (SELECT role FROM model_packages WHERE sha256 = new.model_sha256) IS NOT 'hallucinator'
      BEGIN SELECT RAISE(ABORT, 'a hallucination is made for a probe of its case, by a hallucinator'); END;
    CREATE TRIGGER hallucinations_no_update BEFORE UPDATE ON hallucinations
      BEGIN SELECT RAISE(ABORT, 'hallucinations are discarded, never changed'); END;

    -- Every picture that was ever made up, also those of discarded hallucinations: this list only grows.
    CREATE TABLE synthetic_hashes (
      id INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64)
    ) STRICT;
    CREATE TRIGGER synthetic_hashes_no_update BEFORE UPDATE ON synthetic_hashes
      BEGIN SELECT RAISE(ABORT, 'what was made up stays known'); END;
    CREATE TRIGGER synthetic_hashes_no_delete BEFORE DELETE ON synthetic_hashes
      BEGIN SELECT RAISE(ABORT, 'what was made up stays known'); END;

    CREATE TABLE hallucination_images (
      hallucination_id INTEGER NOT NULL REFERENCES hallucinations (id),
      part TEXT NOT NULL CHECK (part IN ('mean', 'sample', 'spread', 'landmarks', 'parsing')),
      position INTEGER NOT NULL CHECK (position >= 0),
      sha256 TEXT NOT NULL REFERENCES synthetic_hashes (sha256),
      bytes INTEGER NOT NULL CHECK (bytes > 0),
      PRIMARY KEY (hallucination_id, part, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX hallucination_images_by_content ON hallucination_images (sha256);
    CREATE TRIGGER hallucination_images_no_update BEFORE UPDATE ON hallucination_images
      BEGIN SELECT RAISE(ABORT, 'hallucinations are discarded, never changed'); END;

    -- The quarantine, in both directions.
    CREATE INDEX evidence_by_content ON evidence (sha256);
    CREATE INDEX gallery_images_by_content ON gallery_images (sha256);
    CREATE TRIGGER synthetic_hashes_are_no_original BEFORE INSERT ON synthetic_hashes
      WHEN EXISTS (SELECT 1 FROM evidence WHERE sha256 = new.sha256)
        OR EXISTS (SELECT 1 FROM gallery_images WHERE sha256 = new.sha256)
      BEGIN SELECT RAISE(ABORT, 'these bytes are an original: they cannot be a made-up face'); END;
    CREATE TRIGGER evidence_is_not_synthetic BEFORE INSERT ON evidence
      WHEN EXISTS (SELECT 1 FROM synthetic_hashes WHERE sha256 = new.sha256)
      BEGIN SELECT RAISE(ABORT, 'a made-up face is no evidence'); END;
    CREATE TRIGGER gallery_images_are_not_synthetic BEFORE INSERT ON gallery_images
      WHEN EXISTS (SELECT 1 FROM synthetic_hashes WHERE sha256 = new.sha256)
      BEGIN SELECT RAISE(ABORT, 'a made-up face is no reference image'); END;
    CREATE TRIGGER probes_are_not_synthetic BEFORE INSERT ON probes
      WHEN EXISTS (SELECT 1 FROM evidence e JOIN synthetic_hashes s ON s.sha256 = e.sha256 WHERE e.id = new.evidence_id)
      BEGIN SELECT RAISE(ABORT, 'a made-up face is no probe'); END;
    CREATE TRIGGER templates_are_not_synthetic BEFORE INSERT ON templates
      WHEN EXISTS (SELECT 1 FROM probes p JOIN evidence e ON e.id = p.evidence_id
          JOIN synthetic_hashes s ON s.sha256 = e.sha256 WHERE p.id = new.probe_id)
        OR EXISTS (SELECT 1 FROM gallery_images i JOIN synthetic_hashes s ON s.sha256 = i.sha256 WHERE i.id = new.image_id)
      BEGIN SELECT RAISE(ABORT, 'no template is made of a made-up face'); END;
  `,
}
