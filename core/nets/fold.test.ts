// A folded network is the same function with fewer nodes; where folding would change the function, nothing is folded.
import { describe, expect, it } from 'vitest'
import { build } from './build.ts'
import type { NetworkConfig } from './config.ts'
import { foldBatchNorm } from './fold.ts'
import type { Graph } from './graph.ts'
import { network } from './registry.ts'
import {
  agreementOf,
  compare,
  plausibleWeights,
  randomInput,
  randomWeights,
  runOnnx,
  runTensorFlow,
} from './testSupport.ts'

const norms = (graph: Graph): number => graph.nodes.filter((n) => n.op === 'batchNorm').length

describe('foldBatchNorm', () => {
  it.each<[string, NetworkConfig, number]>([
    ['mobilefacenet', {}, 0],
    ['mobilefacenet', { down: 'haar' }, 0],
    // One before each unit's first convolution and one before the head.
    ['ir', { depth: 18 }, 9],
    ['ir', { depth: 18, layout: 'insightface' }, 9],
    ['wave-ir', { depth: 18 }, 9],
    ['lrfr-wave-resnet', { depth: 18 }, 1],
  ])('%s %o stays the same function, with %i normalisations left', async (name, config, left) => {
    const graph = network(name, { width: 0.125, input: 48, embedding: 32, ...config })
    const weights = plausibleWeights(graph, 31)
    const folded = foldBatchNorm(graph, weights)
    expect(norms(folded.graph)).toBe(left)
    expect(folded.graph.nodes).toHaveLength(graph.nodes.length - norms(graph) + left)
    const x = randomInput(graph, 2, 32)
    const [a, b] = [await runOnnx(graph, weights, x), await runTensorFlow(folded.graph, folded.weights, x)]
    const { lowest, difference } = agreementOf(a.data, b.data)
    expect(lowest).toBeGreaterThanOrEqual(0.999999)
    expect(difference).toBeGreaterThanOrEqual(0.99999)
  })

  it('leaves alone what others see, what is shared, and what stands before a padded border', async () => {
    const g = build('careful')
    const x = g.input([6, 6, 4])
    const seen = g.conv('seen', x, { filters: 4, kernel: 3, pad: 1 })
    const a = g.batchNorm('a', seen)
    const b = g.batchNorm('b', g.conv('twice', a, { filters: 4, kernel: 3, pad: 1, bias: true }))
    const c = g.batchNorm('c', g.conv('again', b, { filters: 4, kernel: 3, pad: 1, bias: true }, 'twice'))
    const d = g.dense('dense', g.flatten('flat', c, 'hwc'), { units: 5, bias: false })
    const graph = g.done({ embedding: g.batchNorm('d', d), seen, same: g.add('sum', b, seen) })
    const weights = randomWeights(graph, 5)
    const folded = foldBatchNorm(graph, weights)
    expect(folded.graph.nodes.filter((n) => n.op === 'batchNorm').map((n) => n.id)).toEqual(['a', 'b', 'c'])
    expect(folded.graph.taps).toEqual({ embedding: 'dense', seen: 'seen', same: 'sum' })
    expect(folded.weights.has('d/gain')).toBe(false)
    const image = randomInput(graph, 1, 6)
    const [before, after] = [await runOnnx(graph, weights, image), await runOnnx(folded.graph, folded.weights, image)]
    expect(compare(before.data, after.data).cosine).toBeGreaterThan(0.999999)
  })
})
