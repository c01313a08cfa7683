// What the palette offers: every action that can be done now, and every place that one can go to.
import { actions } from '../actions/registry.ts'
import { run } from '../actions/run.ts'
import { labelOf, whyNot, type Context } from '../actions/types.ts'
import { faceHeight } from '../format/quality.ts'
import type { IconName } from '../ui/icons.ts'

export interface PaletteEntry {
  readonly key: string
  readonly label: string
  readonly group: string
  readonly icon: IconName
  readonly keys: string | null
  /** The sentence that says why it cannot be done now. */
  readonly unavailable: string | null
  go(): unknown
}

const actionEntries = (w: Context): PaletteEntry[] =>
  actions
    .filter((action) => action.id !== 'view.palette')
    .map((action) => {
      const can = whyNot(action, w)
      return {
        key: action.id,
        label: labelOf(action, w),
        group: action.group,
        icon: action.icon,
        keys: action.keys?.[0] ?? null,
        unavailable: can === true ? null : can,
        go: () => run(action, w, 'palette'),
      }
    })

function placeEntries(w: Context): PaletteEntry[] {
  const place = (key: string, label: string, group: string, icon: IconName, go: () => unknown): PaletteEntry => ({
    key,
    label,
    group,
    icon,
    keys: null,
    unavailable: null,
    go,
  })
  return [
    ...w.cases.open.map((c) =>
      place(`case:${c.id}`, `Open case ${c.name}`, 'Go to', 'briefcase', () => w.openCase(c.id)),
    ),
    ...w.probes.list.map((p) =>
      place(
        `probe:${p.id}`,
        `Probe ${p.number}${p.label ? ` ${p.label}` : ''} (${faceHeight(p)} px)`,
        'Go to',
        'scan-face',
        () => {
          w.selection.view = 'case'
          return w.selectProbe(p.id)
        },
      ),
    ),
    ...w.evidence.list.map((e) =>
      place(`evidence:${e.id}`, `Image ${e.name}`, 'Go to', 'file-image', () => {
        w.selection.view = 'case'
        w.selectEvidence(e.id)
      }),
    ),
    ...w.galleries.open.map((g) =>
      place(`gallery:${g.id}`, `Search in gallery ${g.name}`, 'Go to', 'users', () => w.galleries.choose(g.id)),
    ),
  ]
}

/** Actions that can be done come first, then places, then what cannot be done now and why. */
export function paletteEntries(w: Context): PaletteEntry[] {
  const all = actionEntries(w)
  return [...all.filter((e) => !e.unavailable), ...placeEntries(w), ...all.filter((e) => e.unavailable)]
}
