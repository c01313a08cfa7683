// Writes the recipes of published ablation tables, in the papers' size and in one that two processor cores can train.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { resource } from '../core/base/root.ts'
import { readAnchors } from '../core/evaluation/anchors.ts'
import { indexOf, recipes } from './recipes/index.ts'

/** File below resources/recipes → its text; the same on every machine. */
export async function recipeTexts(): Promise<Map<string, string>> {
  const options = (await resolveConfig(import.meta.filename)) ?? {}
  const text = (json: unknown): Promise<string> => format(JSON.stringify(json), { ...options, parser: 'json' })
  const texts = new Map<string, string>()
  for (const [file, recipe] of recipes()) texts.set(file, await text(recipe))
  texts.set('index.json', await text(indexOf(readAnchors())))
  return texts
}

if (import.meta.main)
  for (const [file, text] of await recipeTexts()) {
    const to = resource('recipes', ...file.split('/'))
    mkdirSync(path.dirname(to), { recursive: true })
    writeFileSync(to, text)
  }
