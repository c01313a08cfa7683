// What of a package's inference options a search used, and both parts of every fused score. Earlier searches have none.
import type { Migration } from '../migrate.ts'

export const searchInference: Migration = {
  version: 17,
  name: 'search-inference',
  sql: `
    CREATE TABLE search_inference (
      search_id INTEGER PRIMARY KEY REFERENCES searches (id),
      probe_network TEXT NOT NULL CHECK (length(probe_network) = 64),
      gallery_network TEXT NOT NULL CHECK (length(gallery_network) = 64),
      flip INTEGER NOT NULL CHECK (flip IN (0, 1)),
      native_side INTEGER NOT NULL CHECK (native_side >= 4),
      -- The second score as declared (up_to, weight), whether it was used, for how many templates at most and in fact.
      up_to INTEGER CHECK (up_to >= 4),
      weight REAL CHECK (weight BETWEEN 0 AND 1),
      used INTEGER NOT NULL CHECK (used IN (0, 1)) CHECK (used = 0 OR native_side <= up_to),
      most INTEGER NOT NULL CHECK (most >= 0),
      compared INTEGER NOT NULL CHECK (compared BETWEEN 0 AND most),
      CHECK ((up_to IS NULL) = (weight IS NULL)),
      CHECK (used = 1 OR compared = 0),
      CHECK (used = 0 OR up_to IS NOT NULL)
    ) STRICT;
    CREATE TRIGGER search_inference_no_update BEFORE UPDATE ON search_inference
      BEGIN SELECT RAISE(ABORT, 'searches are never changed'); END;
    CREATE TRIGGER search_inference_no_delete BEFORE DELETE ON search_inference
      BEGIN SELECT RAISE(ABORT, 'searches are never deleted'); END;

    CREATE TABLE candidate_parts (
      search_id INTEGER NOT NULL,
      rank INTEGER NOT NULL,
      cosine REAL NOT NULL CHECK (cosine BETWEEN -1.001 AND 1.001),
      second REAL NOT NULL CHECK (second BETWEEN -1.001 AND 1.001),
      PRIMARY KEY (search_id, rank),
      FOREIGN KEY (search_id, rank) REFERENCES candidates (search_id, rank)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER candidate_parts_of_fused BEFORE INSERT ON candidate_parts
      WHEN NOT EXISTS (SELECT 1 FROM search_inference i JOIN candidates c ON c.search_id = i.search_id
        WHERE i.search_id = new.search_id AND i.used = 1 AND c.rank = new.rank
          AND abs(c.score - ((1 - i.weight) * new.cosine + i.weight * new.second)) < 1e-9)
      BEGIN SELECT RAISE(ABORT, 'parts belong to a fused score, and give it'); END;
    CREATE TRIGGER candidate_parts_no_update BEFORE UPDATE ON candidate_parts
      BEGIN SELECT RAISE(ABORT, 'candidates are never changed'); END;
    CREATE TRIGGER candidate_parts_no_delete BEFORE DELETE ON candidate_parts
      BEGIN SELECT RAISE(ABORT, 'candidates are never deleted'); END;
  `,
}
