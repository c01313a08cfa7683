// What the scripts that write our own packages share: weights in 16 bits, cards as prettier writes them.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { ModelCard } from '../core/contract/models.ts'
import { halved, type Weight, type WeightStore } from '../core/nets/weights.ts'

/** Large tensors in 16 bits; biases as they are. */
export const small = (weights: WeightStore): Map<string, Weight> =>
  new Map([...weights].map(([name, w]) => [name, w.data.length >= 1024 ? halved(w) : w]))

/** Writes the card of a package that was just made again, in the project's own style. */
export async function styleCard(folder: string, card: ModelCard): Promise<void> {
  const file = path.join(folder, 'card.json')
  const options = await resolveConfig(file)
  writeFileSync(file, await format(JSON.stringify(card), { ...options, parser: 'json' }))
}
