// Where training begins from a file: its weights, also where the network has more blocks than the file's.
import { UserFacingError } from '../../contract/errors.ts'
import type { NetworkConfig } from '../config.ts'
import { extendWeights } from '../extend.ts'
import { network } from '../registry.ts'
import type { Weight } from '../weights.ts'
import { weightsByName } from './ownOnnx.ts'
import { importWeights } from './weightFile.ts'

/**
 * A file's weights for a network. Where `config.extra` asks for more blocks than the file has, the missing ones start
 * as nothing, so that the network computes what the file's does.
 * @param seed of the new blocks' weights @param model what the recipe calls the network: its part of a chain of ours
 * @throws what `importWeights` throws for the network as it is, when no smaller `extra` fits either
 */
export function startingWeights(
  name: string,
  config: NetworkConfig,
  bytes: Uint8Array,
  fileName: string,
  seed: number,
  model = '',
): Map<string, Weight> {
  const graph = network(name, config)
  const own = /\.onnx$/i.test(fileName) ? weightsByName(graph, bytes, fileName, [`${model}/`, '']) : null
  if (own) return own
  const extra = typeof config.extra === 'number' ? config.extra : 0
  let first: unknown
  for (let blocks = extra; blocks >= 0; blocks--)
    try {
      const from = blocks === extra ? graph : network(name, { ...config, extra: blocks })
      const { weights } = importWeights(from, bytes, fileName)
      return blocks === extra ? weights : extendWeights(weights, graph, seed)
    } catch (error) {
      if (!(error instanceof UserFacingError) || error.code !== 'wrong-model') throw error
      first ??= error
    }
  throw first
}
