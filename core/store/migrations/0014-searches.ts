// Searches and their candidates: complete by NOT NULL, of one model by trigger, never changed.
import type { Migration } from '../migrate.ts'

export const searches: Migration = {
  version: 14,
  name: 'searches',
  sql: `
    -- Regulation (EU) 2024/1689, Art. 12(3): (a) period of use: started_at, ended_at; (b) reference database:
    -- gallery_id, gallery_name, gallery_version, gallery_size; (c) input data: evidence_sha256, probe_id, template_id,
    -- probe_facts. (d) natural persons: account (who searched). None of them can be missing.
    CREATE TABLE searches (
      id INTEGER PRIMARY KEY,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      probe_id INTEGER NOT NULL REFERENCES probes (id),
      probe_number INTEGER NOT NULL,
      evidence_id INTEGER NOT NULL REFERENCES evidence (id),
      evidence_sha256 TEXT NOT NULL CHECK (length(evidence_sha256) = 64),
      template_id INTEGER NOT NULL REFERENCES templates (id),
      gallery_id INTEGER NOT NULL REFERENCES galleries (id),
      gallery_name TEXT NOT NULL CHECK (gallery_name <> ''),
      gallery_version INTEGER NOT NULL CHECK (gallery_version > 0),
      gallery_size INTEGER NOT NULL CHECK (gallery_size >= 0),
      model_sha256 TEXT NOT NULL REFERENCES model_packages (sha256),
      model_name TEXT NOT NULL CHECK (model_name <> ''),
      device TEXT NOT NULL CHECK (device <> ''),
      account TEXT NOT NULL CHECK (account <> ''),
      authorisation TEXT NOT NULL,
      started_at TEXT NOT NULL,
      ended_at TEXT NOT NULL CHECK (ended_at >= started_at),
      top INTEGER NOT NULL CHECK (top > 0),
      metric TEXT NOT NULL CHECK (metric = 'cosine'),
      per_subject TEXT NOT NULL CHECK (per_subject IN ('best', 'all')),
      probe_facts TEXT NOT NULL CHECK (json_valid(probe_facts)),
      app_version TEXT NOT NULL CHECK (app_version <> '')
    ) STRICT;
    CREATE INDEX searches_by_case ON searches (case_id, probe_id);
    CREATE INDEX searches_by_probe ON searches (probe_id);
    CREATE TRIGGER searches_of_one_model BEFORE INSERT ON searches
      WHEN NOT EXISTS (SELECT 1 FROM templates
        WHERE id = new.template_id AND probe_id = new.probe_id AND model_sha256 = new.model_sha256)
      BEGIN SELECT RAISE(ABORT, 'a search uses a template of its own probe and model'); END;
    CREATE TRIGGER searches_no_update BEFORE UPDATE ON searches BEGIN SELECT RAISE(ABORT, 'searches are never changed'); END;
    CREATE TRIGGER searches_no_delete BEFORE DELETE ON searches BEGIN SELECT RAISE(ABORT, 'searches are never deleted'); END;

    CREATE TABLE candidates (
      search_id INTEGER NOT NULL REFERENCES searches (id),
      rank INTEGER NOT NULL CHECK (rank > 0),
      template_id INTEGER NOT NULL REFERENCES templates (id),
      image_id INTEGER NOT NULL REFERENCES gallery_images (id),
      subject_id INTEGER NOT NULL REFERENCES subjects (id),
      subject TEXT NOT NULL CHECK (subject <> ''),
      external_id TEXT NOT NULL,
      file_name TEXT NOT NULL,
      score REAL NOT NULL CHECK (score BETWEEN -1.001 AND 1.001),
      PRIMARY KEY (search_id, rank)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER candidates_of_one_model BEFORE INSERT ON candidates
      WHEN NOT EXISTS (SELECT 1 FROM templates t JOIN searches s ON s.id = new.search_id
        WHERE t.id = new.template_id AND t.image_id = new.image_id AND t.model_sha256 = s.model_sha256)
      BEGIN SELECT RAISE(ABORT, 'a candidate uses a template of its own image and of the search''s model'); END;
    CREATE TRIGGER candidates_no_update BEFORE UPDATE ON candidates BEGIN SELECT RAISE(ABORT, 'candidates are never changed'); END;
    CREATE TRIGGER candidates_no_delete BEFORE DELETE ON candidates BEGIN SELECT RAISE(ABORT, 'candidates are never deleted'); END;
  `,
}
