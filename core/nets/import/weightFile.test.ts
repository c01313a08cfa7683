// Weights written as PyTorch lays them out give, imported, exactly what the published network computes from them.
import { describe, expect, it } from 'vitest'
import { UserFacingError } from '../../contract/errors.ts'
import { build } from '../build.ts'
import type { NetworkConfig } from '../config.ts'
import type { Graph } from '../graph.ts'
import { toOnnx } from '../onnx/lower.ts'
import { network } from '../registry.ts'
import { compare, differing, plausibleWeights, randomInput, runOnnx, runTensorFlow, toNchw } from '../testSupport.ts'
import { writeSafetensors } from './safetensors.ts'
import { npz, zip } from './testFiles.ts'
import { faceEvolve, insightface, lrfr, type Published, type StateDict } from './testTorch.ts'
import { importWeights, weightsToSafetensors } from './weightFile.ts'

const safetensors = (state: StateDict): Uint8Array =>
  writeSafetensors([...state].map(([name, { dims, data }]) => [name, dims, data] as const))
const tiny = { width: 0.125, embedding: 12, input: 32 }
const widths = [8, 16, 32, 64]

const published: [string, string, NetworkConfig, Published][] = [
  ['face.evoLVe and FaceX-Zoo', 'ir', { depth: 18 }, faceEvolve(widths, 12, 4)],
  ['insightface', 'ir', { depth: 18, layout: 'insightface' }, insightface(widths, 12, 4)],
  ['LRFR', 'lrfr-resnet', { depth: 18 }, lrfr(widths, 12, 4, false)],
  ['LRFR', 'lrfr-resnet', { depth: 50 }, lrfr(widths, 12, 4, true)],
]

describe.each(published)('%s: %s %o', (layout, name, config, { state, forward }) => {
  const graph = network(name, { ...tiny, ...config })
  it('computes what the published network does, in both engines', async () => {
    const imported = importWeights(graph, safetensors(state), 'face.safetensors')
    expect({ layout: imported.layout, unused: imported.unused }).toEqual({ layout, unused: [] })
    const x = randomInput(graph, 1, 5)
    const expected = Float32Array.from(forward(Float64Array.from(toNchw(x).data), 32))
    for (const run of [runTensorFlow, runOnnx]) {
      const { cosine, error } = compare((await run(graph, imported.weights, x)).data, expected)
      expect(cosine).toBeGreaterThanOrEqual(0.999999)
      expect(error).toBeLessThanOrEqual(1e-3 * Math.max(...expected.map(Math.abs)))
    }
  })

  it('is the same from .npz, from behind wrappers, and after we wrote it', () => {
    const { weights } = importWeights(graph, safetensors(state), 'a')
    expect(differing(importWeights(graph, npz(state), 'b').weights, weights)).toEqual([])
    const wrapped = new Map([...state].map(([key, tensor]) => [`module.backbone.${key}`, tensor]))
    wrapped.set('head.kernel', { dims: [2], data: Float32Array.of(1, 2) })
    const again = importWeights(graph, npz(wrapped, false), 'c')
    expect(differing(again.weights, weights)).toEqual([])
    expect(again.unused).toEqual(['head.kernel'])
    const written = importWeights(graph, weightsToSafetensors(graph, weights), 'd')
    expect({ ...written, weights: differing(written.weights, weights) }).toEqual({ weights: [], layout, unused: [] })
  })
})

describe('importWeights', () => {
  const graph = network('ir', { ...tiny, depth: 18 })
  const { state } = published[0]![3]
  const changed = (change: (state: StateDict) => void): Uint8Array => {
    const copy = new Map(state)
    change(copy)
    return safetensors(copy)
  }
  const refusal = (bytes: Uint8Array, into: Graph = graph): UserFacingError => {
    try {
      importWeights(into, bytes, 'face.safetensors')
    } catch (error) {
      if (error instanceof UserFacingError) return error
      throw error
    }
    throw new Error('it passed')
  }

  it('takes a last normalisation without gain and offset', () => {
    const without = changed((s) => ['weight', 'bias'].forEach((part) => s.delete(`output_layer.4.${part}`)))
    const { weights } = importWeights(graph, without, 'face.safetensors')
    expect([...weights.get('head/embed/gain')!.data]).toEqual(Array(12).fill(1))
    expect([...weights.get('head/embed/offset')!.data]).toEqual(Array(12).fill(0))
  })

  it.each<[string, (s: StateDict) => void, string]>([
    [
      'a missing tensor',
      (s) => s.delete('body.3.res_layer.1.weight'),
      'it lacks "body.3.res_layer.1.weight" (16x16x3x3)',
    ],
    ['half a normalisation', (s) => s.delete('output_layer.4.bias'), 'it lacks "output_layer.4.bias" (12)'],
    [
      'another width',
      (s) => s.set('input_layer.2.weight', { dims: [64], data: new Float32Array(64) }),
      'its "input_layer.2.weight" is 64, not 8',
    ],
    [
      'another input size',
      (s) => s.set('output_layer.3.weight', { dims: [12, 576], data: new Float32Array(6912) }),
      'its "output_layer.3.weight" is 12x576, not 12x256',
    ],
    [
      'a deeper network',
      (s) => s.set('body.8.res_layer.0.weight', { dims: [64], data: new Float32Array(64) }),
      'it is of another one, which has "body.8.res_layer.0.weight" too',
    ],
    [
      'a value that is none',
      (s) => s.set('output_layer.3.bias', { dims: [12], data: new Float32Array(12).fill(NaN) }),
      'its "output_layer.3.bias" holds values that are no numbers',
    ],
  ])('refuses %s with a sentence', (_what, change, message) => {
    const error = refusal(changed(change))
    expect(error.code).toBe('wrong-model')
    expect(error.message).toBe(`face.safetensors does not fit the network ${graph.name}: ${message}.`)
  })

  it('tells the two layouts of IR apart', () => {
    const variant = network('ir', { ...tiny, depth: 18, layout: 'insightface' })
    expect(refusal(safetensors(published[1]![3].state)).message).toContain('it is of another one, which has "')
    expect(refusal(safetensors(state), variant).message).toContain(
      'its tensors are not named as by insightface, Vestige',
    )
    expect(refusal(safetensors(published[2]![3].state)).message).toContain('does not fit the network')
  })

  it('refuses a pickle, and what is no file of weights', () => {
    const pickle = refusal(zip([['archive/data.pkl', Uint8Array.of(0x80, 2, 0x2e)]]))
    expect(pickle.code).toBe('forbidden')
    expect(pickle.message).toContain('face.safetensors is a PyTorch pickle, which may run any program')
    expect(refusal(new Uint8Array(0)).message).toBe(
      'face.safetensors holds no weights of a known kind. Choose a safetensors, .npz or .onnx file.',
    )
  })

  it('reads ONNX by its name', () => {
    const small = network('mobilefacenet', { ...tiny, norm: 'folded' })
    const weights = plausibleWeights(small, 3)
    const read = importWeights(small, toOnnx(small, weights), 'x.onnx')
    expect(differing(read.weights, weights)).toEqual([])
    expect(read.layout).toBe('ONNX')
  })

  it('writes networks that nobody else names under our names, rows in the order of PyTorch whatever ours is', async () => {
    const flattened = (order: 'chw' | 'hwc'): Graph => {
      const g = build('flat')
      const x = g.conv('conv', g.input([3, 5, 3]), { filters: 4, kernel: 1, bias: true })
      return g.done({ embedding: g.dense('head/dense', g.flatten('flat', x, order), { units: 6 }) })
    }
    const weights = plausibleWeights(flattened('hwc'), 4)
    const file = weightsToSafetensors(flattened('hwc'), weights)
    expect(importWeights(flattened('hwc'), file, 'x')).toEqual({ weights, layout: 'Vestige', unused: [] })
    const other = importWeights(flattened('chw'), file, 'x').weights
    const x = randomInput(flattened('hwc'), 1, 6)
    const [a, b] = [await runOnnx(flattened('hwc'), weights, x), await runOnnx(flattened('chw'), other, x)]
    expect(compare(a.data, b.data).cosine).toBeGreaterThan(0.999999)
    expect(other.get('head/dense/matrix')).not.toEqual(weights.get('head/dense/matrix'))
  })
})
