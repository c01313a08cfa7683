// What a key means inside a view: one table for looking and one for editing, free of the screen.

export type Intent =
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'zoom'; readonly steps: number }
  | { readonly kind: 'fit' }
  | { readonly kind: 'flip' }
  | { readonly kind: 'nudge'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'commit' | 'revert' | 'undo' | 'redo' }

export interface Pressed {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** Native pixels that an arrow key moves a part: one, or a tenth with Shift. */
const NUDGE = 1
const FINE_NUDGE = 0.1

/** Keys of a view that is looked at. Arrows move the view, in steps of a tenth of it (`dx`, `dy` are -1, 0 or 1). */
export function lookingIntent(pressed: Pressed): Intent | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null
  const arrow = ARROWS[pressed.key]
  if (arrow) return { kind: 'pan', dx: arrow[0], dy: arrow[1] }
  if (pressed.key === '+' || pressed.key === '=') return { kind: 'zoom', steps: 1 }
  if (pressed.key === '-' || pressed.key === '_') return { kind: 'zoom', steps: -1 }
  if (pressed.key === '0') return { kind: 'fit' }
  if (pressed.key === ' ') return { kind: 'flip' }
  return null
}

/** Keys while marks are edited; `onPart` when a point, the box or a handle has the focus. */
export function editingIntent(pressed: Pressed, onPart: boolean): Intent | null {
  const command = pressed.ctrlKey || pressed.metaKey
  const key = pressed.key.toLowerCase()
  if (command && !pressed.altKey) {
    if (key === 'z') return { kind: pressed.shiftKey ? 'redo' : 'undo' }
    return key === 'y' ? { kind: 'redo' } : null
  }
  if (pressed.altKey) return null
  if (key === 'enter') return { kind: 'commit' }
  if (key === 'escape') return { kind: 'revert' }
  const arrow = onPart ? ARROWS[pressed.key] : undefined
  if (!arrow) return null
  const by = pressed.shiftKey ? FINE_NUDGE : NUDGE
  return { kind: 'nudge', dx: arrow[0] * by, dy: arrow[1] * by }
}
