// All recipes of published tables by file name, and the index that says which row of which table each one is.
import type { AnchorTable } from '../../core/evaluation/anchors.ts'
import { rowsOfA } from './a.ts'
import { rowsOfB } from './b.ts'
import { rowsOfC } from './c.ts'
import { rowsOfD } from './d.ts'
import type { RecipeInput, Row } from './parts.ts'

const folders: readonly (readonly ['a' | 'b' | 'c' | 'd', readonly Row[]])[] = [
  ['a', rowsOfA],
  ['b', rowsOfB],
  ['c', rowsOfC],
  ['d', rowsOfD],
]
const fileOf = (folder: string, row: Row, small: boolean): string =>
  `${folder}/${small ? 'small/' : ''}${row.file}.json`

/** Paths below resources/recipes, each with its recipe: every row in the paper's size, then scaled down. */
export function recipes(): Map<string, RecipeInput> {
  return new Map(
    folders.flatMap(([folder, rows]) =>
      [false, true].flatMap((small) =>
        rows.map((row): [string, RecipeInput] => [
          fileOf(folder, row, small),
          row.build(small ? row.small : row.paper, small),
        ]),
      ),
    ),
  )
}

interface Listed {
  readonly table: string
  readonly row: number
  readonly label: string
  /** Per cent, by column. */
  readonly published: Readonly<Record<string, number>>
  readonly file: string
  /** The same row for two processor cores. */
  readonly small: string
}

/** Every published row that has a recipe, with the numbers of resources/anchors.json. */
export function indexOf(tables: readonly AnchorTable[]): { readonly schema: 1; readonly rows: readonly Listed[] } {
  const rows = folders.flatMap(([folder, rows]) =>
    rows.flatMap((row) =>
      row.places.map(([id, n]): Listed => {
        const table = tables.find((t) => t.id === id)
        const [label, ...numbers] = table?.rows[n - 1] ?? []
        if (!table || label === undefined) throw new Error(`anchors.json has no row ${n} of ${id}`)
        return {
          table: id,
          row: n,
          label: String(label),
          published: Object.fromEntries(
            table.columns.flatMap((c, i) => (typeof numbers[i] === 'number' ? [[c.label, numbers[i]]] : [])),
          ),
          file: fileOf(folder, row, false),
          small: fileOf(folder, row, true),
        }
      }),
    ),
  )
  return { schema: 1, rows: rows.toSorted((a, b) => a.table.localeCompare(b.table, 'en') || a.row - b.row) }
}
