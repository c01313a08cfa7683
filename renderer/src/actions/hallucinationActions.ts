// Actions on hallucinated faces. None of them leads to evidence, to a probe, to a gallery or into a report.
import { wishProblem } from '../state/wish.ts'
import type { Overlay } from '../viewer/shownFace.ts'
import type { Action, Context } from './types.ts'

function canMake(w: Context): true | string {
  const probe = w.probes.selected
  if (!probe) return 'Choose a probe first.'
  if (w.cases.current?.archivedAt) return 'This case is archived: restore it to change it.'
  if (probe.retiredAt) return 'This probe is retired: restore it first.'
  if (w.hallucinations.making) return 'A hallucination is under way.'
  if (w.models.loaded && !w.models.hallucinator)
    return 'No hallucinator is in use: import or activate a package of that role first.'
  return wishProblem(w.hallucinations.wish) ?? true
}
const hasShown = (w: Context): true | string =>
  w.hallucinations.current ? true : 'This probe has no hallucinated faces.'

export const hallucinationActions: readonly Action[] = [
  {
    id: 'hallucinations.create',
    label: 'Hallucinate this probe',
    icon: 'mask',
    group: 'Probe',
    keys: ['h'],
    scope: 'case',
    startsSection: true,
    when: canMake,
    perform: (w, via) => {
      w.selection.stage = 'synthetic'
      return w.hallucinations.make(via)
    },
  },
  {
    id: 'hallucinations.cancel',
    label: 'Stop hallucinating',
    icon: 'x',
    group: 'Probe',
    when: (w) => (w.hallucinations.making ? true : 'No hallucination is under way.'),
    perform: (w) => w.hallucinations.cancel(),
  },
  {
    id: 'hallucinations.next',
    label: 'Next hallucinated face',
    icon: 'chevron-right',
    group: 'Probe',
    keys: ['.'],
    scope: 'case',
    when: hasShown,
    perform: (w) => step(w, 1),
  },
  {
    id: 'hallucinations.previous',
    label: 'Previous hallucinated face',
    icon: 'chevron-left',
    group: 'Probe',
    keys: [','],
    scope: 'case',
    when: hasShown,
    perform: (w) => step(w, -1),
  },
  {
    id: 'hallucinations.landmarks',
    label: (w) =>
      w.hallucinations.shown.overlay === 'landmarks' ? 'Hide the landmarks' : 'Show the landmarks of a hallucination',
    icon: 'waypoints',
    group: 'Probe',
    keys: ['l'],
    scope: 'case',
    when: hasShown,
    perform: (w) => toggle(w, 'landmarks'),
  },
  {
    id: 'hallucinations.parsing',
    label: (w) =>
      w.hallucinations.shown.overlay === 'parsing' ? 'Hide the parsing map' : 'Show the parsing map of a hallucination',
    icon: 'layers',
    group: 'Probe',
    keys: ['m'],
    scope: 'case',
    when: hasShown,
    perform: (w) => toggle(w, 'parsing'),
  },
  {
    id: 'hallucinations.save',
    label: 'Save this synthetic picture, marked…',
    icon: 'download',
    group: 'Probe',
    when: hasShown,
    perform: (w, via) => w.hallucinations.save(via),
  },
  {
    id: 'hallucinations.discard',
    label: 'Discard this hallucination…',
    icon: 'trash',
    group: 'Probe',
    when: hasShown,
    perform: (w, via) => {
      const { current } = w.hallucinations
      if (!current) return
      w.confirm(
        'Discard the hallucinated faces',
        `The ${current.samples} faces made up for probe ${current.probeNumber} with seed ${current.seed} and their pictures are taken away for good. The audit chain keeps that they were made, and the same seed makes them again.`,
        'Discard',
        via,
        () => w.hallucinations.discard(current.id, via),
      )
    },
  },
]

/** The first press brings the faces into sight; what cannot be seen is not walked through. */
function step(w: Context, by: 1 | -1): void {
  if (w.selection.stage === 'synthetic') w.hallucinations.step(by)
  else w.selection.stage = 'synthetic'
}
/** Where the faces are out of sight, an overlay that lies over them already is brought into sight rather than taken off. */
function toggle(w: Context, overlay: Overlay): void {
  const hidden = w.selection.stage !== 'synthetic'
  w.selection.stage = 'synthetic'
  if (!hidden || w.hallucinations.shown.overlay !== overlay) w.hallucinations.toggle(overlay)
}
