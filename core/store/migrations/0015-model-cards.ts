// Later cards of a package: an update of the application may say more of the same networks; the newest card holds.
import type { Migration } from '../migrate.ts'

export const modelCards: Migration = {
  version: 15,
  name: 'model-cards',
  sql: `
    CREATE TABLE model_cards (
      id INTEGER PRIMARY KEY,
      package_id INTEGER NOT NULL REFERENCES model_packages (id),
      card TEXT NOT NULL CHECK (json_valid(card)),
      known_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX model_cards_by_package ON model_cards (package_id, id);
    CREATE TRIGGER model_cards_same_network BEFORE INSERT ON model_cards
      WHEN NOT EXISTS (SELECT 1 FROM model_packages p WHERE p.id = new.package_id
        AND json_extract(p.card, '$.sha256') = json_extract(new.card, '$.sha256')
        AND p.role = json_extract(new.card, '$.role') AND p.embedding IS json_extract(new.card, '$.embedding'))
      BEGIN SELECT RAISE(ABORT, 'a later card speaks of the same network'); END;
    CREATE TRIGGER model_cards_no_update BEFORE UPDATE ON model_cards BEGIN SELECT RAISE(ABORT, 'cards are never changed'); END;
    CREATE TRIGGER model_cards_no_delete BEFORE DELETE ON model_cards BEGIN SELECT RAISE(ABORT, 'cards are never deleted'); END;
  `,
}
