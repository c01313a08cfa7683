// Weights come back out of an ONNX file as they went in, whatever the order of its branches; and strangers are refused.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { appRoot } from '../../base/root.ts'
import { build } from '../build.ts'
import { foldBatchNorm } from '../fold.ts'
import type { Graph } from '../graph.ts'
import { decodeModel } from '../onnx/decode.ts'
import { encodeModel } from '../onnx/encode.ts'
import { toOnnx } from '../onnx/lower.ts'
import type { OnnxModel } from '../onnx/model.ts'
import { network } from '../registry.ts'
import {
  compare,
  differing,
  plausibleWeights,
  randomInput,
  randomWeights,
  runOnnx,
  runTensorFlow,
  toNchw,
} from '../testSupport.ts'
import { floats, halved } from '../weights.ts'
import { weightsFromOnnx } from './fromOnnx.ts'

/** Two branches of one size that only their place tells apart, a normalisation before a convolution, a dense head. */
function branched(order: 'chw' | 'hwc' = 'chw', skipFirst = false): Graph {
  const g = build('branched')
  let x = g.prelu('act', g.conv('stem', g.input([12, 10, 3]), { filters: 4, kernel: 3, pad: 1 }))
  const skipOf = (from: string): string =>
    g.conv('skip', from, { filters: 4, kernel: 3, stride: 2, pad: 1, bias: true })
  const early = skipFirst ? skipOf(x) : ''
  let y = g.conv('main/1', g.batchNorm('main/norm', x), { filters: 4, kernel: 3, pad: 1 })
  y = g.conv('main/2', g.relu('main/act', y), { filters: 4, kernel: 3, stride: 2, pad: 1, bias: true })
  x = g.add('sum', y, early || skipOf(x))
  x = g.dense('dense', g.dropout('drop', g.flatten('flat', x, order), 0.4), { units: 8 })
  return g.done({ embedding: g.batchNorm('norm', x) })
}

describe('weightsFromOnnx', () => {
  it.each([
    ['the same order', branched(), branched()],
    ['its branches in another order', branched('chw', true), branched()],
    ['rows flattened channels last, wanted channels first', branched('hwc'), branched('chw')],
    ['rows flattened channels first, wanted channels last', branched('chw'), branched('hwc')],
  ])('gives the same network from a file with %s', async (_what, from, to) => {
    const weights = randomWeights(from, 3)
    const read = weightsFromOnnx(to, toOnnx(from, weights))
    const x = randomInput(from, 2, 4)
    const [a, b] = [await runOnnx(from, weights, x), await runTensorFlow(to, read, x)]
    expect(compare(a.data, b.data).cosine).toBeGreaterThan(0.999999)
    expect(read.get('skip/filter')).toEqual(weights.get('skip/filter'))
  })

  it('reads half precision, a matrix stored turned, and a product with its sum', () => {
    const graph = branched()
    const weights = randomWeights(graph, 5)
    const half = new Map([...weights].map(([name, w]) => [name, halved(w)]))
    const read = weightsFromOnnx(graph, toOnnx(graph, half))
    for (const [name, w] of half) expect(floats(read.get(name)!)).toEqual(floats(w))

    const split = edited(graph, weights, (model) => {
      const at = model.graph.nodes.findIndex((n) => n.op === 'Gemm')
      const { inputs, outputs } = model.graph.nodes[at]!
      const node = { domain: '', name: '', attributes: {} }
      model.graph.nodes.splice(
        at,
        1,
        { ...node, op: 'MatMul', inputs: inputs.slice(0, 2), outputs: ['product'] },
        { ...node, op: 'Add', inputs: [inputs[2]!, 'product'], outputs },
      )
    })
    expect(differing(weightsFromOnnx(graph, split), weights)).toEqual([])

    const turned = edited(graph, weights, (model) => {
      model.graph.nodes.find((n) => n.op === 'Gemm')!.attributes.transB = { kind: 'int', value: 1 }
      const matrix = model.graph.initialisers.find((t) => t.name === 'dense/matrix')!
      const [rows, columns] = matrix.dims as [number, number]
      const values = floats(weights.get('dense/matrix')!)
      const out = Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!)
      Object.assign(matrix, { dims: [columns, rows], raw: new Uint8Array(out.buffer) })
    })
    expect(differing(weightsFromOnnx(graph, turned), weights)).toEqual([])
  })

  it.each([
    ['mobilefacenet', {}],
    ['ir', { depth: 18, layout: 'insightface' }],
    ['lrfr-resnet', { depth: 18 }],
  ])('unfolds the normalisations of %s %o', async (name, config) => {
    const graph = network(name, { ...config, width: 0.125, input: 32, embedding: 16 })
    const folded = foldBatchNorm(graph, plausibleWeights(graph, 6))
    const read = weightsFromOnnx(graph, toOnnx(folded.graph, folded.weights))
    const x = randomInput(graph, 2, 7)
    const [a, b] = [await runOnnx(folded.graph, folded.weights, x), await runTensorFlow(graph, read, x)]
    expect(compare(a.data, b.data).cosine).toBeGreaterThan(0.999999)
  })

  it('says what does not fit first', () => {
    const graph = branched()
    const file = toOnnx(graph, randomWeights(graph, 1))
    const g = build('other')
    const x = g.conv('stem', g.input([12, 10, 3]), { filters: 4, kernel: 5, pad: 2 })
    expect(() => weightsFromOnnx(g.done({ y: x }), file, 'face.onnx')).toThrow(
      'face.onnx does not fit the network other: "stem" is conv of 4x3x5x5, but its layer "stem" is conv of 4x3x3x3.',
    )
    const h = build('short')
    const y = h.conv('stem', h.input([12, 10, 3]), { filters: 4, kernel: 3, pad: 1 })
    expect(() => weightsFromOnnx(h.done({ y }), file)).toThrow('its layer "act" and 6 more have no place there')
    expect(() => weightsFromOnnx(graph, toOnnx(h.done({ y }), randomWeights(h.done({ y }), 1)))).toThrow(
      'it has no layer left for "act" (prelu of 4)',
    )
    const cyclic = edited(graph, randomWeights(graph, 1), (m) => m.graph.nodes.reverse())
    expect(() => weightsFromOnnx(graph, cyclic)).toThrow(/uses ".*" before it is made/)
  })
})

function edited(graph: Graph, weights: ReturnType<typeof randomWeights>, change: (m: OnnxModel) => void): Uint8Array {
  const model = decodeModel(toOnnx(graph, weights))
  change(model)
  return encodeModel(model)
}

const teacher = path.resolve(
  appRoot,
  process.env.VESTIGE_SHARED ?? '../shared',
  'weights/mobilefacenet/MobileFaceNet.onnx',
)

describe.skipIf(!existsSync(teacher))('a published MobileFaceNet', () => {
  it('is the same function as our graph with its weights, in both engines', async () => {
    const bytes = readFileSync(teacher)
    const graph = network('mobilefacenet', { activation: 'relu6', norm: 'folded' })
    const weights = weightsFromOnnx(graph, bytes)
    const x = randomInput(graph, 1, 9)
    const session = await ort.InferenceSession.create(bytes)
    const input = new ort.Tensor('float32', toNchw(x).data, [1, 3, 112, 112])
    const original = (await session.run({ [session.inputNames[0]!]: input }))[session.outputNames[0]!]!
    await session.release()
    for (const run of [runOnnx, runTensorFlow]) {
      const { cosine, error } = compare(original.data as Float32Array, (await run(graph, weights, x)).data)
      expect(cosine).toBeGreaterThanOrEqual(0.999999)
      expect(error).toBeLessThan(1e-4)
    }
  }, 120_000)
})
if (!existsSync(teacher)) console.log('skipped: no MobileFaceNet.onnx at VESTIGE_SHARED')
