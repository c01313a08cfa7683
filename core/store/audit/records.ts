// Which records the audit chain vouches for, and the columns their digests cover.
import { columns, type Column } from './encode.ts'

export interface RecordKind {
  readonly kind: string
  readonly table: string
  readonly key: string
  readonly columns: readonly Column[]
  /** Rows to which the chain must hold a digest; all where absent. */
  readonly where?: string
  /** Rows of another table that belong to the record, in their order. */
  readonly parts?: {
    readonly table: string
    readonly key: string
    readonly order: string
    readonly columns: readonly Column[]
  }
}

const kind = (name: string, table: string, list: string, more: Partial<RecordKind> = {}): RecordKind => {
  const all = columns(list)
  return { kind: name, table, key: all[0]!.name, columns: all, ...more }
}

/**
 * Every table with content. A change of the schema that adds a column must give the old rows their digests in a way
 * that does not vouch for what was tampered with before: verify first, then append a row with the new digests.
 */
export const recordKinds: readonly RecordKind[] = [
  kind('account', 'accounts', 'id:integer name:text created_at:text'),
  kind('setting', 'settings', 'id:integer name:text value:text'),
  kind(
    'case',
    'cases',
    'id:integer name:text reference:text note:text authorisation:text demo:integer created_at:text archived_at:text',
  ),
  kind(
    'evidence',
    'evidence',
    'id:integer case_id:integer name:text sha256:text bytes:integer facts:text added_at:text added_by:text duplicate_of:integer',
  ),
  kind('evidence-marks', 'evidence_marks', 'evidence_id:integer excluded_at:text detected_at:text'),
  kind(
    'model',
    'model_packages',
    'id:integer sha256:text role:text name:text embedding:integer card:text shipped:integer bytes:integer registered_at:text state:text active:integer',
  ),
  kind('model-card', 'model_cards', 'id:integer package_id:integer card:text known_at:text'),
  kind(
    'gallery',
    'galleries',
    'id:integer name:text note:text version:integer demo:integer created_at:text archived_at:text',
  ),
  kind('subject', 'subjects', 'id:integer gallery_id:integer name:text external_id:text note:text created_at:text'),
  kind(
    'gallery-image',
    'gallery_images',
    'id:integer gallery_id:integer subject_id:integer file_name:text sha256:text width:integer height:integer added_at:text',
  ),
  kind(
    'gallery-outcome',
    'gallery_outcomes',
    'id:integer gallery_id:integer image_id:integer model_sha256:text template_id:integer reason:text face:text since_version:integer until_version:integer made_at:text',
  ),
  kind('probe', 'probes', 'id:integer case_id:integer evidence_id:integer number:integer created_at:text'),
  kind(
    'probe-revision',
    'probe_revisions',
    'id:integer probe_id:integer revision:integer label:text box:text points:text box_by:text points_by:text detector_score:real quality:text state:text reason:text template_id:integer retired_at:text made_at:text made_by:text',
  ),
  kind(
    'template',
    'templates',
    'id:integer model_sha256:text dimension:integer probe_id:integer image_id:integer created_at:text vector:blob',
  ),
  kind(
    'shrunk-template',
    'shrunk_templates',
    'id:integer template_id:integer side:integer dimension:integer made_at:text vector:blob',
  ),
  kind(
    'comparison-template',
    'comparison_templates',
    'id:integer model_sha256:text probe_id:integer image_id:integer points:text side:integer made_at:text dimension:integer vector:blob reason:text',
  ),
  kind(
    'job',
    'jobs',
    'id:integer kind:text title:text gallery_id:integer parameters:text created_at:text created_by:text state:text note:text ended_at:text',
  ),
  // The list of a job's items as it was made; what came of each item is a record of its own.
  kind('job-list', 'jobs', 'id:integer', {
    parts: {
      table: 'job_items',
      key: 'job_id',
      order: 'id',
      columns: columns(
        'id:integer path:text sha256:text source_image_id:integer file_name:text subject:text external_id:text',
      ),
    },
  }),
  kind('job-item', 'job_items', 'id:integer job_id:integer state:text message:text image_id:integer', {
    where: "state <> 'pending'",
  }),
  kind(
    'search',
    'searches',
    'id:integer case_id:integer probe_id:integer probe_number:integer evidence_id:integer evidence_sha256:text template_id:integer gallery_id:integer gallery_name:text gallery_version:integer gallery_size:integer model_sha256:text model_name:text device:text account:text authorisation:text started_at:text ended_at:text top:integer metric:text per_subject:text probe_facts:text app_version:text',
    {
      parts: {
        table: 'candidates',
        key: 'search_id',
        order: 'rank',
        columns: columns(
          'rank:integer template_id:integer image_id:integer subject_id:integer subject:text external_id:text file_name:text score:real',
        ),
      },
    },
  ),
  kind(
    'search-inference',
    'search_inference',
    'search_id:integer probe_network:text gallery_network:text flip:integer native_side:integer up_to:integer weight:real used:integer most:integer compared:integer',
    {
      parts: {
        table: 'candidate_parts',
        key: 'search_id',
        order: 'rank',
        columns: columns('rank:integer cosine:real second:real'),
      },
    },
  ),
  // The one kind that can be discarded; an audit row says so, and the hashes of its pictures stay.
  kind(
    'hallucination',
    'hallucinations',
    'id:integer case_id:integer probe_id:integer model_sha256:text model_name:text seed:integer samples:integer native_side:integer size:integer points:text region:text spread:real measure:text device:text account:text created_at:text ms:real app_version:text',
    {
      parts: {
        table: 'hallucination_images',
        key: 'hallucination_id',
        order: 'part, position',
        columns: columns('part:text position:integer sha256:text bytes:integer'),
      },
    },
  ),
  kind('synthetic-hash', 'synthetic_hashes', 'id:integer sha256:text'),
]
