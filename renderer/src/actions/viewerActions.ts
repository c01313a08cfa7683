// Actions on the views in the middle.
import type { Action, Context } from './types.ts'

const hasProbe = (w: Context): true | string => (w.probes.selected ? true : 'Choose a probe first.')
const hasView = (w: Context): true | string => (w.viewer.view ? true : 'Nothing is shown in the view.')
const canPlace = (w: Context): true | string => {
  if (!w.evidence.selected) return 'Choose an evidence image first.'
  return w.cases.current?.archivedAt ? 'This case is archived: restore it to change it.' : true
}

export const viewerActions: readonly Action[] = [
  {
    id: 'probes.edit',
    label: (w) => (w.viewer.editing ? 'Leave box and points' : 'Edit box and points'),
    icon: 'crosshair',
    group: 'Probe',
    keys: ['e'],
    scope: 'case',
    startsSection: true,
    when: (w) => (w.probes.selected?.retiredAt ? 'A retired probe cannot be changed: restore it first.' : hasProbe(w)),
    perform: (w, via) => w.viewer.edit(!w.viewer.editing, via),
  },
  {
    id: 'probes.place',
    label: (w) => (w.viewer.placing ? 'Stop placing a face' : 'Place a face by hand'),
    icon: 'square-dashed',
    group: 'Probe',
    keys: ['a'],
    scope: 'case',
    when: canPlace,
    perform: (w, via) => w.viewer.place(!w.viewer.placing, via),
  },
  {
    id: 'view.alone',
    label: 'Probe alone',
    icon: 'box',
    group: 'View',
    keys: ['o'],
    scope: 'case',
    startsSection: true,
    when: hasProbe,
    perform: (w) => w.viewer.compare('probe'),
  },
  {
    id: 'view.sideBySide',
    label: 'Probe and candidate side by side',
    icon: 'columns-2',
    group: 'View',
    keys: ['p'],
    scope: 'case',
    when: hasProbe,
    perform: (w) => w.viewer.compare('side-by-side'),
  },
  {
    id: 'view.blink',
    label: 'Blink between probe and candidate',
    icon: 'blend',
    group: 'View',
    keys: ['b'],
    scope: 'case',
    when: hasProbe,
    perform: (w) => w.viewer.compare('blink'),
  },
  {
    id: 'view.interpolation',
    label: (w) => (w.viewer.interpolation === 'nearest' ? 'Show bicubic' : 'Show native pixels'),
    icon: 'image-plus',
    group: 'View',
    keys: ['n'],
    scope: 'case',
    perform: (w) => (w.viewer.interpolation = w.viewer.interpolation === 'nearest' ? 'bicubic' : 'nearest'),
  },
  {
    id: 'view.grid',
    label: (w) => (w.viewer.grid ? 'Hide the pixel grid' : 'Show the pixel grid'),
    icon: 'grid-3x3',
    group: 'View',
    keys: ['g'],
    scope: 'case',
    perform: (w) => (w.viewer.grid = !w.viewer.grid),
  },
  {
    id: 'view.zoomIn',
    label: 'Zoom in',
    icon: 'zoom-in',
    group: 'View',
    keys: ['plus', '='],
    scope: 'case',
    when: hasView,
    perform: (w) => w.viewer.view?.zoomIn(),
  },
  {
    id: 'view.zoomOut',
    label: 'Zoom out',
    icon: 'zoom-out',
    group: 'View',
    keys: ['-'],
    scope: 'case',
    when: hasView,
    perform: (w) => w.viewer.view?.zoomOut(),
  },
  {
    id: 'view.fit',
    label: 'Fit',
    icon: 'maximize',
    group: 'View',
    keys: ['0'],
    scope: 'case',
    when: hasView,
    perform: (w) => w.viewer.view?.fit(),
  },
]
