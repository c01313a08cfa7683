// Recipes of published tables are written by scripts/make-recipes.ts: what is on disk is what it writes, every row is there.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { resource } from '../core/base/root.ts'
import { readAnchors } from '../core/evaluation/anchors.ts'
import { recipeTexts } from '../scripts/make-recipes.ts'
import { indexOf } from '../scripts/recipes/index.ts'

it('the files are what the generator writes (else run: node scripts/make-recipes.ts)', async () => {
  const texts = await recipeTexts()
  for (const [file, text] of texts) expect(readFileSync(resource('recipes', ...file.split('/')), 'utf8')).toBe(text)
  const there = readdirSync(resource('recipes'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[abcd]\/.*\.json$/.test(file))
  expect(there.filter((file) => !texts.has(file))).toEqual([])
})

it('the index has every row of the ablation tables, in order', () => {
  const tables = readAnchors()
  const { rows } = indexOf(tables)
  for (const id of ['A-I', 'C-4', 'C-5', 'C-6', 'D-5']) {
    const table = tables.find((t) => t.id === id)!
    expect(rows.filter((r) => r.table === id).map((r) => [r.row, r.label])).toEqual(
      table.rows.map(([name], i) => [i + 1, name]),
    )
  }
})
