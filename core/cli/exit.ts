// Exit codes of the command: programs rely on them, so they are documented and never change meaning.
import type { ErrorCode } from '../contract/errors.ts'

export const exit = {
  ok: 0,
  /** The command worked, and what it looked for is wrong: a changed byte, a problem the doctor found. */
  finding: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A file, face, gallery or model that cannot be used; the sentence says why. */
  input: 3,
  /** The store cannot be opened or written (locked, newer version, damaged, disk full), or an enrolment had to stop. */
  store: 4,
  /** A part that must run does not, or a defect of ours. */
  internal: 5,
  /** Stopped by Ctrl+C; what was done is kept. */
  cancelled: 130,
} as const

const store: readonly ErrorCode[] = ['store-version', 'store-locked', 'store-damaged', 'disk-full', 'integrity']
const internal: readonly ErrorCode[] = ['internal', 'unavailable']

/** @returns the exit code that stands for an error code of the contract. */
export const exitFor = (code: ErrorCode): number =>
  store.includes(code) ? exit.store : internal.includes(code) ? exit.internal : exit.input
