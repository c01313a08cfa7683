// Published numbers beside ours: tables as data, and the rows that a result may be compared with.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { resource } from '../base/root.ts'

const Column = z.strictObject({
  label: z.string(),
  /** Protocols whose results this column may be put beside. */
  protocols: z.array(z.string()),
  resolution: z.number().optional(),
  mode: z.enum(['lr-hr', 'lr-lr']).optional(),
  /** Group of probes, or `mean` of the groups. */
  group: z.string().optional(),
  /** accuracy (rank-1, top-1) where absent, else rank-k. */
  metric: z.string().optional(),
})
export const Anchors = z.strictObject({
  schema: z.literal(1),
  tables: z.array(
    z.strictObject({
      id: z.string(),
      paper: z.string(),
      what: z.string(),
      /** What in its data and networks is unlike ours: one sentence. */
      differs: z.string(),
      columns: z.array(Column).min(1),
      /** Name, then one number in per cent or null for each column. */
      rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    }),
  ),
})
export type AnchorTable = z.infer<typeof Anchors>['tables'][number]

export const readAnchors = (): AnchorTable[] =>
  Anchors.parse(JSON.parse(readFileSync(resource('anchors.json'), 'utf8'))).tables

/** What is compared: any result has an accuracy, some a group, a mode or ranks. */
export interface Comparable {
  readonly resolution: number | 'native'
  readonly accuracy: number
  readonly mode?: string
  readonly group?: string
  readonly rank?: Readonly<Record<string, number>>
}
export interface Beside {
  readonly table: string
  readonly paper: string
  readonly what: string
  readonly differs: string
  readonly column: string
  /** Ours and theirs in per cent. */
  readonly ours: number
  readonly rows: readonly { readonly name: string; readonly theirs: number }[]
}

/** @param results with the mean of groups, where there is one, as group `mean` @returns one entry per table and column */
export function besideAnchors(
  protocol: { readonly name: string; readonly anchors: readonly string[] },
  results: readonly Comparable[],
  tables: readonly AnchorTable[],
): Beside[] {
  return tables
    .filter((t) => protocol.anchors.includes(t.id))
    .flatMap((t) =>
      t.columns.flatMap((column, c) => {
        if (!column.protocols.includes(protocol.name)) return []
        const found = results.find(
          (r) =>
            (column.resolution === undefined || r.resolution === column.resolution) &&
            (column.mode === undefined || r.mode === column.mode) &&
            (column.group === undefined || r.group === column.group),
        )
        const k = column.metric?.replace('rank-', '')
        const share = found && (k === undefined ? found.accuracy : found.rank?.[k])
        if (share === undefined) return []
        const rows = t.rows.flatMap(([name, ...values]) => {
          const theirs = values[c]
          return typeof name === 'string' && typeof theirs === 'number' ? [{ name, theirs }] : []
        })
        const { paper, what, differs } = t
        return [{ table: t.id, paper, what, differs, column: column.label, ours: 100 * share, rows }]
      }),
    )
}
