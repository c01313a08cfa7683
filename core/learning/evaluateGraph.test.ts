// Packages become graphs again: by every name that a network gives itself, with the weights of the file.
import { describe, expect, it } from 'vitest'
import type { ModelCard } from '../contract/models.ts'
import { ensemble } from '../nets/ensemble.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { network } from '../nets/registry.ts'
import { differing } from '../nets/testSupport.ts'
import { graphsOf, rebuild } from './evaluateGraph.ts'

const card = (words: string, embedding = 16, size = 32) =>
  ({ network: words, embedding, pixels: { size } }) as ModelCard
const small = { width: 0.25, input: 32, embedding: 16 }

describe('a card’s words', () => {
  it.each([
    ['mobilefacenet', { activation: 'relu6', norm: 'folded' }],
    ['mobilefacenet', { down: 'haar', extra: 2 }],
    ['ir', { depth: 18, layout: 'insightface' }],
    ['wave-ir', { depth: 18, order: 'dwt-conv', gain: 'average' }],
    ['lrfr-resnet', { depth: 18 }],
    ['lrfr-wave-resnet', { depth: 18 }],
  ])('%s by its graph’s name and by its settings: %o', (name, settings) => {
    const graph = network(name, { ...small, ...settings })
    const words = [name, ...Object.entries({ ...small, ...settings }).map(([k, v]) => `${k} ${v}`)].join(', ')
    for (const each of [`${graph.name}; galleries: other; weights in 16 bits`, words])
      expect(graphsOf(card(each))).toContainEqual(graph)
  })
  it('of no network of ours mean none', () => {
    for (const words of ['unknown', 'resnet-50', 'mobilefacenet-octave', 'ir, depth 17', 'ir-x', '', 'ir + unknown'])
      expect(graphsOf(card(words))).toEqual([])
  })
})

describe('a file', () => {
  const graphs = [
    network('mobilefacenet', { ...small, activation: 'relu6', norm: 'folded' }),
    network('mobilefacenet', { ...small, activation: 'relu6', norm: 'folded', extra: 1 }),
  ]
  const weights = graphs.map((g, i) => initialWeights(g, i))
  it('gives back its weights, also of several networks beside each other', () => {
    const both = ensemble(graphs, weights)
    for (const made of [{ graph: graphs[1]!, weights: weights[1]! }, both]) {
      const found = rebuild(toOnnx(made.graph, made.weights), card(made.graph.name))!
      expect(found.graph).toEqual(made.graph)
      expect(differing(found.weights, made.weights)).toEqual([])
    }
  })
  it('of another network is refused', () =>
    expect(rebuild(toOnnx(graphs[0]!, weights[0]!), card(graphs[1]!.name))).toBeNull())
})
