// Probes: faces in evidence, each with a growing list of revisions of which the last one holds.
import type { Migration } from '../migrate.ts'

export const probes: Migration = {
  version: 10,
  name: 'probes',
  sql: `
    -- A probe is cut from imported evidence and from nothing else: no column could hold another origin.
    CREATE TABLE probes (
      id INTEGER PRIMARY KEY,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      evidence_id INTEGER NOT NULL REFERENCES evidence (id),
      number INTEGER NOT NULL CHECK (number > 0),
      created_at TEXT NOT NULL,
      UNIQUE (case_id, number)
    ) STRICT;
    CREATE INDEX probes_by_evidence ON probes (evidence_id);
    CREATE TRIGGER probes_of_the_same_case BEFORE INSERT ON probes
      WHEN (SELECT case_id FROM evidence WHERE id = new.evidence_id) IS NOT new.case_id
      BEGIN SELECT RAISE(ABORT, 'a probe belongs to the case of its evidence'); END;
    CREATE TRIGGER probes_no_update BEFORE UPDATE ON probes BEGIN SELECT RAISE(ABORT, 'probes change by revisions'); END;
    CREATE TRIGGER probes_no_delete BEFORE DELETE ON probes BEGIN SELECT RAISE(ABORT, 'probes are retired, never deleted'); END;

    CREATE TABLE probe_revisions (
      id INTEGER PRIMARY KEY,
      probe_id INTEGER NOT NULL REFERENCES probes (id),
      revision INTEGER NOT NULL CHECK (revision > 0),
      label TEXT NOT NULL,
      box TEXT NOT NULL CHECK (json_valid(box)),
      points TEXT NOT NULL CHECK (json_valid(points)),
      box_by TEXT NOT NULL CHECK (box_by IN ('detector', 'analyst', 'tight-crop')),
      points_by TEXT NOT NULL CHECK (points_by IN ('detector', 'analyst', 'tight-crop')),
      detector_score REAL,
      quality TEXT NOT NULL CHECK (json_valid(quality)),
      state TEXT NOT NULL CHECK (state IN ('pending', 'template', 'insufficient')),
      reason TEXT CHECK ((reason IS NOT NULL) = (state = 'insufficient')),
      template_id INTEGER REFERENCES templates (id) CHECK ((template_id IS NOT NULL) = (state = 'template')),
      retired_at TEXT,
      made_at TEXT NOT NULL,
      made_by TEXT NOT NULL CHECK (made_by <> ''),
      UNIQUE (probe_id, revision)
    ) STRICT;
    CREATE TRIGGER probe_revisions_no_update BEFORE UPDATE ON probe_revisions BEGIN SELECT RAISE(ABORT, 'revisions are never changed'); END;
    CREATE TRIGGER probe_revisions_no_delete BEFORE DELETE ON probe_revisions BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;

    CREATE VIEW current_probes AS
      SELECT p.id, p.case_id, p.evidence_id, p.number, p.created_at, r.revision, r.label, r.box, r.points, r.box_by,
        r.points_by, r.detector_score, r.quality, r.state, r.reason, r.template_id, r.retired_at
      FROM probes p JOIN probe_revisions r ON r.probe_id = p.id
      WHERE r.revision = (SELECT max(revision) FROM probe_revisions WHERE probe_id = p.id);
  `,
}
