// Actions on comparisons of models: opening the view, comparing one probe or all, going through them.
import type { Action, Context } from './types.ts'

/** Why models cannot be compared now, or true. */
export function canCompare(w: Context): true | string {
  const { comparisons } = w
  const probe = w.probes.selected
  const gallery = w.galleries.chosen
  if (!w.cases.current) return 'Open a case first.'
  if (w.cases.current.archivedAt) return 'This case is archived: restore it to change it.'
  if (comparisons.running) return 'A comparison is under way.'
  if (comparisons.models.length < 2) return 'Only one recogniser is installed: import another one first.'
  if (comparisons.chosen.length < 2) return 'Choose at least two models.'
  if (!gallery) return 'Make a gallery and enrol reference images first.'
  if (gallery.templates + gallery.stale === 0) return 'The gallery has no faces yet: enrol reference images first.'
  if (comparisons.mode === 'case') return w.probes.active.length > 0 ? true : 'This case has no probes yet.'
  if (!probe) return 'Choose a probe first.'
  if (probe.retiredAt) return 'This probe is retired: restore it first.'
  return probe.state.kind === 'insufficient' ? 'This probe has no template: move its box and points first.' : true
}
const isOpen = (w: Context): true | string => (w.selection.view === 'compare' ? true : 'Open the comparison first.')

function step(w: Context, by: 1 | -1): unknown {
  const { active } = w.probes
  const at = active.findIndex((p) => p.id === w.selection.probeId)
  const next = active[at < 0 ? 0 : Math.max(0, Math.min(active.length - 1, at + by))]
  w.comparisons.candidate = 0
  return next && w.selectProbe(next.id)
}

export const compareActions: readonly Action[] = [
  {
    id: 'compare.open',
    label: 'Compare models on this case',
    icon: 'columns-2',
    group: 'Search',
    keys: ['alt+6'],
    startsSection: true,
    when: (w) => (w.cases.current ? true : 'Open a case first.'),
    perform: (w) => (w.selection.view = 'compare'),
  },
  {
    id: 'compare.run',
    label: (w) =>
      w.comparisons.mode === 'case' ? 'Compare the models on all probes' : 'Compare the models on this probe',
    icon: 'play',
    group: 'Search',
    keys: ['s', 'mod+enter'],
    scope: 'compare',
    when: canCompare,
    perform: (w, via) => {
      w.selection.view = 'compare'
      return w.comparisons.run(via)
    },
  },
  {
    id: 'compare.cancel',
    label: 'Stop the comparison',
    icon: 'x',
    group: 'Search',
    when: (w) => (w.comparisons.running ? true : 'No comparison is under way.'),
    perform: (w) => w.comparisons.cancel(),
  },
  {
    id: 'compare.probe',
    label: 'Show the models’ ranks of one probe',
    icon: 'scan-face',
    group: 'Search',
    keys: ['1'],
    scope: 'compare',
    hidden: true,
    when: isOpen,
    perform: (w) => (w.comparisons.mode = 'probe'),
  },
  {
    id: 'compare.case',
    label: 'Show the models’ rank 1 for all probes',
    icon: 'list-checks',
    group: 'Search',
    keys: ['2'],
    scope: 'compare',
    hidden: true,
    when: isOpen,
    perform: (w) => (w.comparisons.mode = 'case'),
  },
  {
    id: 'compare.next',
    label: 'Next probe of the comparison',
    icon: 'chevron-right',
    group: 'Search',
    keys: ['j'],
    scope: 'compare',
    hidden: true,
    when: isOpen,
    perform: (w) => step(w, 1),
  },
  {
    id: 'compare.previous',
    label: 'Previous probe of the comparison',
    icon: 'chevron-left',
    group: 'Search',
    keys: ['k'],
    scope: 'compare',
    hidden: true,
    when: isOpen,
    perform: (w) => step(w, -1),
  },
]
