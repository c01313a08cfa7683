// Keys of an edit, from the event to the step: what is used is kept from the rest of the workbench.
import type { EditSession } from './edit.svelte.ts'
import { editingIntent } from './keys.ts'

export interface EditDoes {
  commit(): void
  /** Discards what was changed; leaves the edit where nothing was. */
  leave(): void
}

/** Acts on a key pressed within a view that edits; marks the event as used when it was. */
export function onEditKey(event: KeyboardEvent, session: EditSession, does: EditDoes, now = performance.now()): void {
  // Delete on a point must not reach the workbench, where it takes the whole probe out of sight.
  if (event.key === 'Delete' || event.key === 'Backspace') return event.stopPropagation()
  const intent = editingIntent(event, session.part !== null)
  if (!intent) return
  // Beyond the edit's own first step, undo belongs to the workbench.
  if (intent.kind === 'undo' && !session.canUndo) return
  if (intent.kind === 'redo' && !session.canRedo) return
  event.preventDefault()
  event.stopPropagation()
  if (intent.kind === 'nudge' && session.part) session.nudge(session.part, intent.dx, intent.dy, now)
  else if (intent.kind === 'undo') session.undo()
  else if (intent.kind === 'redo') session.redo()
  else if (intent.kind === 'commit') does.commit()
  else if (intent.kind === 'revert') does.leave()
}
