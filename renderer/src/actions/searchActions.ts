// Actions on searches and their candidates.
import type { Action, Context } from './types.ts'

/** Why the selected probe cannot be searched in the chosen gallery, or true. */
export function canSearch(w: Context): true | string {
  const probe = w.probes.selected
  const gallery = w.galleries.chosen
  if (!probe) return 'Choose a probe first.'
  if (probe.state.kind === 'insufficient') return 'This probe has no template: move its box and points first.'
  if (probe.retiredAt) return 'This probe is retired: restore it first.'
  if (!gallery) return 'Make a gallery and enrol reference images first.'
  if (gallery.templates === 0)
    return gallery.stale > 0
      ? 'The gallery’s templates belong to another model: re-enrol it first.'
      : 'The gallery has no templates yet: enrol reference images first.'
  if (w.searches.running) return 'A search is under way.'
  return true
}

function step(w: Context, by: 1 | -1): void {
  const last = w.searches.candidates.length - 1
  const at = w.selection.candidate
  w.selection.candidate = at === null ? 0 : Math.max(0, Math.min(last, at + by))
}
const hasCandidates = (w: Context): true | string =>
  w.searches.candidates.length > 0 ? true : 'There are no candidates: run a search first.'

export const searchActions: readonly Action[] = [
  {
    id: 'searches.run',
    label: 'Run search',
    icon: 'search',
    group: 'Search',
    keys: ['s', 'mod+enter'],
    scope: 'case',
    when: canSearch,
    perform: (w, via) => w.searches.run(via),
  },
  {
    id: 'searches.cancel',
    label: 'Stop the search',
    icon: 'x',
    group: 'Search',
    when: (w) => (w.searches.running ? true : 'No search is under way.'),
    perform: (w) => w.searches.cancel(),
  },
  {
    id: 'searches.replay',
    label: 'Replay this search',
    icon: 'repeat',
    group: 'Search',
    keys: ['r'],
    scope: 'case',
    when: (w) =>
      w.searches.replaying ? 'A replay is under way.' : w.searches.shown ? true : 'Show a stored search first.',
    perform: (w, via) => w.searches.replayShown(via),
  },
  {
    id: 'candidates.next',
    label: 'Next candidate',
    icon: 'arrow-down',
    group: 'Search',
    keys: ['alt+down'],
    scope: 'case',
    startsSection: true,
    when: hasCandidates,
    perform: (w) => step(w, 1),
  },
  {
    id: 'candidates.previous',
    label: 'Previous candidate',
    icon: 'arrow-up',
    group: 'Search',
    keys: ['alt+up'],
    scope: 'case',
    when: hasCandidates,
    perform: (w) => step(w, -1),
  },
]
