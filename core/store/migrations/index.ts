// All changes of the schema, in order. A new change is a new file at the end; a released one is never edited.
import type { Migration } from '../migrate.ts'
import { audit } from './0001-audit.ts'
import { accounts } from './0002-accounts.ts'
import { settings } from './0003-settings.ts'
import { cases } from './0004-cases.ts'
import { evidence } from './0005-evidence.ts'
import { modelPackages } from './0006-model-packages.ts'
import { galleries } from './0007-galleries.ts'
import { subjects } from './0008-subjects.ts'
import { galleryImages } from './0009-gallery-images.ts'
import { probes } from './0010-probes.ts'
import { templates } from './0011-templates.ts'
import { galleryOutcomes } from './0012-gallery-outcomes.ts'
import { jobs } from './0013-jobs.ts'
import { searches } from './0014-searches.ts'
import { modelCards } from './0015-model-cards.ts'
import { shrunkTemplates } from './0016-shrunk-templates.ts'
import { searchInference } from './0017-search-inference.ts'
import { modelRoles } from './0018-model-roles.ts'
import { hallucinations } from './0019-hallucinations.ts'
import { comparisonTemplates } from './0020-comparison-templates.ts'

export const migrations: readonly Migration[] = [
  audit,
  accounts,
  settings,
  cases,
  evidence,
  modelPackages,
  galleries,
  subjects,
  galleryImages,
  probes,
  templates,
  galleryOutcomes,
  jobs,
  searches,
  modelCards,
  shrunkTemplates,
  searchInference,
  modelRoles,
  hallucinations,
  comparisonTemplates,
]
