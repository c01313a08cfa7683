// What the scripts that write our own packages share: finished runs, weights in 16 bits, cards as prettier writes them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { z } from 'zod'
import type { ModelCard } from '../core/contract/models.ts'
import type { Graph } from '../core/nets/graph.ts'
import { weightsByName } from '../core/nets/import/ownOnnx.ts'
import { network } from '../core/nets/registry.ts'
import { halved, type Weight, type WeightStore } from '../core/nets/weights.ts'
import { Recipe } from '../core/training/recipe.ts'
import { resultNetwork, usedOf } from '../core/training/result.ts'

/** What a finished run of vestige train made. */
export interface Finished {
  readonly graph: Graph
  readonly weights: WeightStore
  readonly pixels: Recipe['pixels']
}

/**
 * @param folder of the run
 * @param part of an output that is a sum of several: which of them
 * @throws Error where the file lacks weights of a network of the result
 */
export function finishedRun(folder: string, part = (taps: string[]): string[] => taps): Finished {
  const { recipe } = z.object({ recipe: Recipe }).parse(JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')))
  const { result } = recipe
  if ('taps' in result)
    for (const [name, taps] of Object.entries(result.taps))
      result.taps[name] = typeof taps === 'string' ? taps : part(taps)
  const bytes = readFileSync(path.join(folder, 'model.onnx'))
  const made = resultNetwork(recipe, (model) => {
    const spec = recipe.models[model]
    if (spec?.kind !== 'network') throw new Error(`${model} is no network`)
    const graph = usedOf(recipe, model, network(spec.network, spec.config))
    const weights = weightsByName(graph, bytes, 'model.onnx', ['', `${model}/`])
    if (!weights) throw new Error(`${folder}/model.onnx has not all weights of ${model}`)
    return { graph, weights }
  })
  return { ...made, pixels: recipe.pixels }
}

/** Large tensors in 16 bits; biases as they are. */
export const small = (weights: WeightStore): Map<string, Weight> =>
  new Map([...weights].map(([name, w]) => [name, w.data.length >= 1024 ? halved(w) : w]))

/** Writes the card of a package that was just made again, in the project's own style. */
export async function styleCard(folder: string, card: ModelCard): Promise<void> {
  const file = path.join(folder, 'card.json')
  const options = await resolveConfig(file)
  writeFileSync(file, await format(JSON.stringify(card), { ...options, parser: 'json' }))
}
