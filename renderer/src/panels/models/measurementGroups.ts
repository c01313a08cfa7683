// Measurements as a person reads them: what was measured and how once, then one line for each resolution.
import type { ModelCard } from '../../../../core/contract/models.ts'

type Row = ModelCard['measurements'][number]

export interface MeasurementLine {
  readonly resolution: string
  /** Value with its standard error, to the digits that the error leaves meaningful: "0.887 ± 0.013". */
  readonly value: string
  readonly n: number
  /** What the card says of this line alone. */
  readonly note: string
}
export interface MeasurementGroup {
  readonly what: string
  readonly command: string
  readonly lines: readonly MeasurementLine[]
}

/** Rows of the same measurement and command, in the card's order; words in brackets at the end belong to their line. */
export function measurementGroups(rows: readonly Row[]): MeasurementGroup[] {
  const groups = new Map<string, { what: string; command: string; lines: MeasurementLine[] }>()
  for (const { what, command, resolution, value, standardError, n } of rows) {
    const [, main = what, note = ''] = /^(.*\S) \(([^()]*)\)$/s.exec(what) ?? []
    const key = JSON.stringify([main, command])
    const group = groups.get(key) ?? { what: main, command, lines: [] }
    groups.set(key, group)
    group.lines.push({ resolution, value: withError(value, standardError), n, note })
  }
  return [...groups.values()]
}

const MOST_DIGITS = 4
/** Two digits of the standard error, never more than four decimals; without an error, four. */
function withError(value: number, error: number | null): string {
  if (!error) return String(Number(value.toFixed(MOST_DIGITS)))
  const digits = Math.max(0, Math.min(MOST_DIGITS, 1 - Math.floor(Math.log10(error))))
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`
}
