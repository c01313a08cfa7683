// Actions on probes: going through them, labelling, retiring.
import type { Action, Context } from './types.ts'

const hasProbe = (w: Context): true | string => (w.probes.selected ? true : 'Choose a probe first.')

function step(w: Context, by: 1 | -1): unknown {
  const { list } = w.probes
  const at = list.findIndex((p) => p.id === w.selection.probeId)
  const next = list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))]
  return next && w.selectProbe(next.id)
}
const hasProbes = (w: Context): true | string => (w.probes.list.length > 0 ? true : 'This case has no probes yet.')

export const probeActions: readonly Action[] = [
  {
    id: 'probes.next',
    label: 'Next probe',
    icon: 'chevron-right',
    group: 'Probe',
    keys: ['j'],
    scope: 'case',
    when: hasProbes,
    perform: (w) => step(w, 1),
  },
  {
    id: 'probes.previous',
    label: 'Previous probe',
    icon: 'chevron-left',
    group: 'Probe',
    keys: ['k'],
    scope: 'case',
    when: hasProbes,
    perform: (w) => step(w, -1),
  },
  {
    id: 'probes.label',
    label: 'Label probe…',
    icon: 'tag',
    group: 'Probe',
    keys: ['f2'],
    scope: 'case',
    startsSection: true,
    when: hasProbe,
    perform: (w, via) => w.probes.selected && w.ask({ kind: 'label', probe: w.probes.selected, via }),
  },
  {
    id: 'probes.retire',
    label: 'Retire probe',
    icon: 'archive',
    group: 'Probe',
    keys: ['delete'],
    scope: 'probes',
    when: (w) => (w.probes.selected?.retiredAt === null ? true : 'Choose a probe that is not retired.'),
    perform: (w, via) => w.probes.selected && w.probes.setRetired(w.probes.selected, true, via),
  },
  {
    id: 'probes.restore',
    label: 'Restore retired probe',
    icon: 'archive-restore',
    group: 'Probe',
    when: (w) => (w.probes.selected?.retiredAt ? true : 'Choose a retired probe.'),
    perform: (w, via) => w.probes.selected && w.probes.setRetired(w.probes.selected, false, via),
  },
  {
    id: 'probes.showRetired',
    label: (w) => (w.probes.showRetired ? 'Hide retired probes' : 'Show retired probes'),
    icon: 'eye',
    group: 'Probe',
    startsSection: true,
    when: (w) => (w.probes.retiredCount > 0 ? true : 'No probe is retired.'),
    perform: (w) => (w.probes.showRetired = !w.probes.showRetired),
  },
  {
    id: 'probes.ofImage',
    label: (w) => (w.probes.ofImageOnly ? 'Show the probes of all evidence' : 'Show only the probes of this image'),
    icon: 'file-image',
    group: 'Probe',
    when: hasProbes,
    perform: (w) => (w.probes.ofImageOnly = !w.probes.ofImageOnly),
  },
]
