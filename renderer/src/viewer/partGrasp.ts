// From a press on the canvas to the drag of a part: the nearest part is grasped and follows the pointer exactly.
import type { EditSession } from './edit.svelte.ts'
import { CURSORS, type Part } from './handles.ts'
import { partAt } from './hit.ts'
import type { At, Grasp } from './viewport.ts'

/** Grasps the part under the pointer and gives its button the focus; null where there is none. */
export function graspPart(session: EditSession, at: At): Grasp | null {
  const part = partAt(session.marks, at.screen, at.project)
  if (!part) return null
  focusPart(at.element, part)
  const drag = session.drag(part)
  return {
    // Relative to where the pointer went down: a part does not jump when it is grasped beside its middle.
    move: (to, from) => drag.move(to.image.x - from.image.x, to.image.y - from.image.y),
    end: drag.end,
    cancel: drag.cancel,
  }
}

/** Gives the keyboard to a part's button; edges have none and leave it to the view. */
export function focusPart(element: HTMLElement, part: Part): void {
  const id = part.kind === 'point' ? `point-${part.index}` : part.kind === 'box' ? 'box' : part.at
  const button = element.querySelector<HTMLElement>(`button[data-part="${id}"]`)
  ;(button ?? element).focus({ preventScroll: true })
}

export function cursorAt(session: EditSession | null, at: At | null): string | null {
  const part = session && at && partAt(session.marks, at.screen, at.project)
  if (!part) return null
  return part.kind === 'point' ? 'crosshair' : part.kind === 'box' ? 'move' : CURSORS[part.at]
}
