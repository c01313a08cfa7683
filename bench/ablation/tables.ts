// Prints ablation results as Markdown: accuracy with its standard error, and the paired difference to a reference row.
import type { Group } from './groups.ts'
import type { Result } from './result.ts'

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const per = (x: number): string => (100 * x).toFixed(1)

/** Share of right answers for each pair, 0 … 1, over directions and seeds, at some sizes together. */
function byPair(results: readonly Result[], sizes: readonly number[]): number[] {
  const columns = results.flatMap((r) => r.at.filter((a) => sizes.includes(a.px)).map((a) => a.right))
  const pairs = (columns[0]?.length ?? 0) / 2
  return Array.from({ length: pairs }, (_, i) =>
    mean(columns.map((c) => (Number(c[2 * i]) + Number(c[2 * i + 1])) / 2)),
  )
}

/** Mean and its standard error over pairs. */
function overPairs(values: readonly number[]): { mean: number; se: number } {
  const m = mean(values)
  const variance = values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1)
  return { mean: m, se: Math.sqrt(variance / values.length) }
}

/** Standard deviation over seeds of the mean over the sizes; null with one seed. */
function overSeeds(results: readonly Result[], sizes: readonly number[]): number | null {
  if (results.length < 2) return null
  const means = results.map((r) => mean(r.at.filter((a) => sizes.includes(a.px)).map((a) => a.accuracy)))
  const m = mean(means)
  return Math.sqrt(means.reduce((sum, v) => sum + (v - m) ** 2, 0) / (means.length - 1))
}

function table({ title, sizes, rows }: Group, results: readonly Result[]): string {
  const found = rows.map((row) => ({ ...row, results: results.filter((r) => r.row === row.file) }))
  const there = found.filter((row) => row.results.length > 0)
  const reference = there.find((row) => row.reference)
  const [any] = there.flatMap((row) => row.results)
  if (!any) return `${title}: nothing is measured yet.`
  const lines = there.map((row) => {
    const { label, results } = row
    const cells = sizes.map((px) => {
      const { mean: accuracy, se } = overPairs(byPair(results, [px]))
      return `${per(accuracy)} ± ${per(se)}`
    })
    const all = overPairs(byPair(results, sizes))
    const auc = mean(results.flatMap((r) => r.at.filter((a) => sizes.includes(a.px)).map((a) => a.auc)))
    const against = reference && reference !== row ? byPair(reference.results, sizes) : null
    const difference = against && overPairs(byPair(results, sizes).map((v, i) => v - against[i]!))
    const spread = overSeeds(results, sizes)
    return [
      label,
      ...cells,
      per(all.mean),
      difference ? `${difference.mean > 0 ? '+' : ''}${per(difference.mean)} ± ${per(difference.se)}` : '',
      spread === null ? '' : per(spread),
      auc.toFixed(3),
    ]
  })
  const head = ['', ...sizes.map((px) => `${px} px`), 'mean', `to "${reference?.label}"`, 'sd over seeds', 'mean AUC']
  const seeds = Math.max(...there.map((row) => row.results.length))
  return [
    `**${title}.** ${any.faces} faces of ${any.identities} people; ${any.at[0]!.pairs} pairs in both directions; seeds: ${seeds}.`,
    '',
    ...[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

/** @param results of any rows; the latest of a row and seed counts */
export function tablesOf(groups: readonly Group[], results: readonly Result[]): string {
  const latest = new Map(results.map((r) => [`${r.row} ${r.seed}`, r]))
  return groups.map((group) => table(group, [...latest.values()])).join('\n\n')
}
