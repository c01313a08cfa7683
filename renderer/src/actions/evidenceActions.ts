// Actions on evidence: adding, finding faces, taking out of sight, checking.
import { collectFiles } from '../files/collect.ts'
import { pickFiles } from '../files/pick.ts'
import type { Action, Context } from './types.ts'

const hasOpenCase = (w: Context): true | string =>
  !w.cases.current
    ? 'Open a case first.'
    : w.cases.current.archivedAt
      ? 'This case is archived: restore it to change it.'
      : true
const hasEvidence = (w: Context): true | string => (w.evidence.selected ? true : 'Choose an evidence image first.')

export const evidenceActions: readonly Action[] = [
  {
    id: 'evidence.add',
    label: 'Add images…',
    icon: 'image-plus',
    group: 'Evidence',
    keys: ['mod+o'],
    when: hasOpenCase,
    perform: async (w, via) => w.imports.add(collectFiles(await pickFiles({ multiple: true, accept: 'image/*' })), via),
  },
  {
    id: 'evidence.addFolder',
    label: 'Add a folder…',
    icon: 'folder-open',
    group: 'Evidence',
    keys: ['mod+shift+o'],
    when: hasOpenCase,
    perform: async (w, via) => w.imports.add(collectFiles(await pickFiles({ folder: true })), via),
  },
  {
    id: 'evidence.stopImport',
    label: 'Stop the import',
    icon: 'x',
    group: 'Evidence',
    when: (w) => (w.imports.running ? true : 'Nothing is being imported.'),
    perform: (w) => w.imports.cancel(),
  },
  {
    id: 'probes.detect',
    label: (w) => (w.evidence.selected?.detectedAt ? 'Find faces again' : 'Find faces'),
    icon: 'scan-face',
    group: 'Evidence',
    keys: ['f'],
    scope: 'case',
    startsSection: true,
    when: hasEvidence,
    perform: (w, via) => w.evidence.selected && w.detection.enqueue(w.evidence.selected.id, via),
  },
  {
    id: 'probes.detectAll',
    label: 'Find faces in all new evidence',
    icon: 'scan-face',
    group: 'Evidence',
    when: (w) => (w.evidence.list.some((e) => !e.detectedAt) ? true : 'Faces were searched in all evidence.'),
    perform: (w, via) => {
      for (const item of w.evidence.list) if (!item.detectedAt) w.detection.enqueue(item.id, via)
    },
  },
  {
    id: 'probes.stopDetect',
    label: 'Stop finding faces',
    icon: 'x',
    group: 'Evidence',
    when: (w) => (w.detection.busy ? true : 'No search for faces is under way.'),
    perform: (w) => w.detection.cancel(),
  },
  {
    id: 'evidence.facts',
    label: 'File facts…',
    icon: 'info',
    group: 'Evidence',
    keys: ['i'],
    scope: 'case',
    startsSection: true,
    when: hasEvidence,
    perform: (w, via) => w.evidence.selected && w.ask({ kind: 'evidence-facts', evidence: w.evidence.selected, via }),
  },
  {
    id: 'evidence.check',
    label: 'Check the original against its hash',
    icon: 'hash',
    group: 'Evidence',
    when: hasEvidence,
    perform: (w, via) => w.evidence.selected && w.evidence.check(w.evidence.selected, via),
  },
  {
    id: 'evidence.exclude',
    label: 'Exclude from the case',
    icon: 'eye-off',
    group: 'Evidence',
    keys: ['delete'],
    scope: 'evidence',
    when: (w) => (w.evidence.selected?.excludedAt === null ? true : 'Choose an evidence image that is not excluded.'),
    perform: (w, via) => w.evidence.selected && w.evidence.setExcluded(w.evidence.selected, true, via),
  },
  {
    id: 'evidence.restore',
    label: 'Restore excluded evidence',
    icon: 'eye',
    group: 'Evidence',
    when: (w) => (w.evidence.selected?.excludedAt ? true : 'Choose an excluded evidence image.'),
    perform: (w, via) => w.evidence.selected && w.evidence.setExcluded(w.evidence.selected, false, via),
  },
  {
    id: 'evidence.showExcluded',
    label: (w) => (w.evidence.showExcluded ? 'Hide excluded evidence' : 'Show excluded evidence'),
    icon: 'eye',
    group: 'Evidence',
    when: (w) => (w.evidence.excludedCount > 0 ? true : 'No evidence is excluded.'),
    perform: (w) => (w.evidence.showExcluded = !w.evidence.showExcluded),
  },
]
