// From a key press to the action that listens to it in that place.
import { parseKeys, sameKeys, type Chord, type KeyLike } from './keys.ts'
import type { Action, Scope } from './types.ts'

interface Bound {
  readonly chord: Chord
  readonly scope: Scope
  readonly action: Action
}

/** All shortcuts of the actions, read once. */
export const bind = (actions: readonly Action[]): readonly Bound[] =>
  actions.flatMap((action) =>
    (action.keys ?? []).map((keys) => ({ chord: parseKeys(keys), scope: action.scope ?? 'anywhere', action })),
  )

/**
 * The action for a key in a place. The narrower scope wins; `case` is heard in every pane of the case view.
 * @param region pane that has the focus, if any
 * @param inCase whether the case view is shown
 * @param typing whether a text field has the focus: then only chords with Ctrl, Alt or a function key count
 */
export function actionFor(
  bound: readonly Bound[],
  event: KeyLike,
  where: { region: string | null; inCase: boolean; typing: boolean },
): Action | null {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)
  if (where.typing && plain) return null
  const heard = bound.filter((b) => sameKeys(b.chord, event))
  const inScope = (scope: string) => heard.find((b) => b.scope === scope)
  const own = where.region === null ? undefined : inScope(where.region)
  return (own ?? (where.inCase ? inScope('case') : undefined) ?? inScope('anywhere'))?.action ?? null
}

/** Whether keys belong to the element: text is being written in it. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type)
}
