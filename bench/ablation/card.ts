// The card of a network that has just been trained, as far as an evaluation asks for it.
import { sha256 } from '../../core/base/sha256.ts'
import type { ModelCard } from '../../core/contract/models.ts'
import { inputOf } from '../../core/nets/graph.ts'
import { network } from '../../core/nets/registry.ts'
import type { Recipe } from '../../core/training/recipe.ts'
import { soleNetwork } from '../../core/training/result.ts'

/** @param bytes the finished ONNX file of the recipe's result */
export function cardOf(recipe: Recipe, bytes: Uint8Array): ModelCard {
  const { spec } = soleNetwork(recipe)
  const [size] = inputOf(network(spec.network, spec.config)).attributes.shape
  return {
    schema: 1,
    name: recipe.name,
    role: 'recogniser',
    version: '0',
    state: 'experimental',
    description: recipe.description,
    network: spec.network,
    parameters: null,
    macs: null,
    sha256: sha256(bytes),
    embedding: null,
    pixels: {
      size,
      channelOrder: 'RGB',
      layout: 'NCHW',
      mean: recipe.pixels.mean,
      scale: recipe.pixels.scale,
      resampler: 'vestige-bilinear-warp-1',
      alignment: 'arcface-112',
    },
    trainedOn: '',
    recipe: recipe.name,
    licence: '',
    source: recipe.source,
    validatedFrom: null,
    measurements: [],
    limits: [],
    selfTest: null,
  }
}
