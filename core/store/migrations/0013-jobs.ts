// Jobs with their items; an item is settled once, in the transaction that stores what came of it.
import type { Migration } from '../migrate.ts'

export const jobs: Migration = {
  version: 13,
  name: 'jobs',
  sql: `
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('enrol', 'reenrol', 'demo')),
      title TEXT NOT NULL,
      gallery_id INTEGER REFERENCES galleries (id),
      parameters TEXT NOT NULL CHECK (json_valid(parameters)),
      created_at TEXT NOT NULL,
      created_by TEXT NOT NULL CHECK (created_by <> ''),
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'cancelling', 'paused', 'done', 'failed')),
      note TEXT NOT NULL,
      ended_at TEXT CHECK ((ended_at IS NOT NULL) = (state IN ('done', 'failed')))
    ) STRICT;
    CREATE INDEX jobs_active ON jobs (id) WHERE state NOT IN ('done', 'failed');
    CREATE TRIGGER jobs_end_once BEFORE UPDATE ON jobs WHEN old.ended_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'a job that ended stays as it is'); END;
    CREATE TRIGGER jobs_no_delete BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs are never deleted'); END;

    CREATE TABLE job_items (
      id INTEGER PRIMARY KEY,
      job_id INTEGER NOT NULL REFERENCES jobs (id),
      path TEXT,
      sha256 TEXT CHECK (length(sha256) = 64),
      source_image_id INTEGER REFERENCES gallery_images (id),
      file_name TEXT NOT NULL,
      subject TEXT NOT NULL,
      external_id TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'duplicate', 'insufficient', 'unreadable')),
      message TEXT NOT NULL,
      image_id INTEGER REFERENCES gallery_images (id),
      CHECK ((path IS NOT NULL) + (sha256 IS NOT NULL) + (source_image_id IS NOT NULL) = 1)
    ) STRICT;
    CREATE INDEX job_items_by_state ON job_items (job_id, state, id);
    CREATE INDEX job_items_blobs ON job_items (sha256) WHERE sha256 IS NOT NULL;
    CREATE TRIGGER job_items_settle_once BEFORE UPDATE ON job_items
      WHEN old.state <> 'pending' OR new.state = 'pending' OR new.id <> old.id OR new.job_id <> old.job_id
        OR new.path IS NOT old.path OR new.sha256 IS NOT old.sha256 OR new.source_image_id IS NOT old.source_image_id
        OR new.file_name <> old.file_name OR new.subject <> old.subject OR new.external_id <> old.external_id
      BEGIN SELECT RAISE(ABORT, 'an item is settled once'); END;
    CREATE TRIGGER job_items_no_delete BEFORE DELETE ON job_items BEGIN SELECT RAISE(ABORT, 'items are never deleted'); END;
  `,
}
