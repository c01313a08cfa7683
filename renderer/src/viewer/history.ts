// Undo and redo within one edit: a value, what it was, and what it would be again.

export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** What made the present: changes of the same kind in quick succession are one step. */
  readonly tag: string | null
  readonly at: number
}

/** Nudges of one part that follow each other within this time (ms) are undone together. */
const TOGETHER = 700
/** Steps kept; an edit of a box and five points never needs more. */
const DEPTH = 200

export const begun = <T>(present: T): History<T> => ({ past: [], present, future: [], tag: null, at: 0 })

/**
 * The history with a new present. With a tag equal to the one before and less than 0.7 s since, the step before is
 * continued instead of a new one begun; a drag passes one tag for its whole length and `at` = 0.
 */
export function changed<T>(history: History<T>, present: T, tag: string | null = null, at = 0): History<T> {
  const goesOn = tag !== null && tag === history.tag && at - history.at <= TOGETHER
  const past = goesOn ? history.past : [...history.past, history.present].slice(-DEPTH)
  return { past, present, future: [], tag, at }
}
/** Ends a step: whatever comes next is a step of its own. */
export const settled = <T>(history: History<T>): History<T> => ({ ...history, tag: null })

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    tag: null,
    at: 0,
  }
}
export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future, tag: null, at: 0 }
}
