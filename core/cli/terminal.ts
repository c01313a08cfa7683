// What the command writes: sentences and progress for a person on stderr, results on stdout, JSON for programs.
import type { ErrorFrame } from '../contract/errors.ts'

export interface Terminal {
  readonly json: boolean
  /** A line of the result, for a person; silent with --json. */
  say(line: string): void
  /** The whole result, for a program; silent without --json. */
  result(value: unknown): void
  /** A sentence that is not part of the result. */
  note(line: string): void
  /** Replaces the progress line; drawn on a terminal only. */
  progress(done: number, total: number, what: string): void
  error(frame: ErrorFrame): void
}

export interface Streams {
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
}

/** @returns e.g. `[##########----------]  50 %  enrolling 12 of 24`, cut to `columns` characters. */
export function progressLine(done: number, total: number, what: string, columns = 80): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0
  const filled = Math.round(share * 20)
  return `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${String(Math.round(share * 100)).padStart(3)} %  ${what}`.slice(
    0,
    Math.max(10, columns - 1),
  )
}

/** Control characters of file and subject names must not reach the terminal as commands. */
// eslint-disable-next-line no-control-regex -- finding them is the purpose
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')

export function createTerminal(
  json: boolean,
  streams: Streams = { out: process.stdout, err: process.stderr },
): Terminal {
  const live = streams.err.isTTY === true
  let drawn = false
  const wipe = (): void => {
    if (drawn) streams.err.write('\r\u001b[2K')
    drawn = false
  }
  return {
    json,
    say(line) {
      wipe()
      if (!json) streams.out.write(`${printable(line)}\n`)
    },
    result(value) {
      wipe()
      if (json) streams.out.write(`${JSON.stringify(value)}\n`)
    },
    note(line) {
      wipe()
      streams.err.write(`${printable(line)}\n`)
    },
    progress(done, total, what) {
      if (!live) return
      streams.err.write(`\r\u001b[2K${progressLine(done, total, printable(what), streams.err.columns)}`)
      drawn = true
    },
    error(frame) {
      wipe()
      streams.err.write(`vestige: ${printable(frame.message)}\n`)
      if (json) streams.out.write(`${JSON.stringify({ error: frame })}\n`)
    },
  }
}

/** Left-aligned columns, two spaces apart; the header is underlined by position only. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows].map((row) => row.map(printable))
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
