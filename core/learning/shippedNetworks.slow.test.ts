// The shipped networks that we trained: each becomes a graph again, and gives the same embeddings in both engines.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { ModelCard } from '../contract/models.ts'
import { toInput } from '../images/align.ts'
import { throughSize } from '../images/degrade.ts'
import { noise, texture } from '../images/testPatterns.ts'
import { inputOf } from '../nets/graph.ts'
import { weightsByName } from '../nets/import/ownOnnx.ts'
import { network } from '../nets/registry.ts'
import { agreementOf } from '../nets/testSupport.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { openBackend } from '../runtime/learn/backend.ts'
import { openSession } from '../runtime/session.ts'
import { Recipe } from '../training/recipe.ts'
import { resultNetwork } from '../training/result.ts'
import { rebuild } from './evaluateGraph.ts'

const models = resource('models')
const cardOf = (name: string): ModelCard =>
  ModelCard.parse(JSON.parse(readFileSync(path.join(models, name, 'card.json'), 'utf8')))
const shipped = (role: ModelCard['role']): string[] =>
  readdirSync(models).filter((name) => name.startsWith('vestige-') && cardOf(name).role === role)
describe.each(shipped('recogniser'))('%s', (name) => {
  const read = (file: string): Buffer => readFileSync(path.join(models, name, file))
  const about = cardOf(name)
  const files = ['model.onnx', 'gallery.onnx'].filter((file) => existsSync(path.join(models, name, file)))
  it.each(files)('%s gives the same embedding in TensorFlow.js and in ONNX Runtime', async (file) => {
    const pixels = about.pixels!
    const { size } = pixels
    const faces = [noise(size, size, 1), texture(size, size), throughSize(texture(size, size), 12)]
    const words = about.network
      .split('; ')
      .find((w) => w.startsWith('galleries: '))
      ?.slice('galleries: '.length)
    const found = rebuild(read(file), { ...about, network: (file === 'gallery.onnx' && words) || about.network })!
    const { tf } = await openBackend('wasm')
    const net = toTensorFlow(tf, found.graph, found.weights)
    const session = await openSession(read(file), { threads: 1 })
    const [input] = session.inputs
    const answers = { tf: [] as Float32Array[], ort: [] as Float32Array[] }
    for (const face of faces) {
      const rows = toInput(face, { ...pixels, layout: 'NHWC' })
      answers.tf.push(
        tf.tidy(() => net.apply(tf.tensor(rows, [1, size, size, 3])).embedding!.dataSync()) as Float32Array,
      )
      const dims = pixels.layout === 'NCHW' ? [1, 3, size, size] : [1, size, size, 3]
      const out = await session.run({ [input!.name]: { dims, data: toInput(face, pixels) } })
      answers.ort.push(Object.values(out)[0]!.data)
    }
    for (const k of [1, 2]) {
      const pair = (of: Float32Array[]): Float32Array => Float32Array.of(...of[0]!, ...of[k]!)
      const { lowest, difference } = agreementOf(pair(answers.tf), pair(answers.ort))
      expect(lowest).toBeGreaterThanOrEqual(0.99999)
      expect(difference).toBeGreaterThanOrEqual(0.9999)
    }
    net.dispose()
    await session.release()
  })
})

it.each(shipped('hallucinator'))('%s makes the same face in TensorFlow.js and in ONNX Runtime', async (name) => {
  const bytes = readFileSync(path.join(models, name, 'model.onnx'))
  const recipe = Recipe.parse(JSON.parse(readFileSync(resource('recipes', `${name}.json`), 'utf8')))
  const { graph, weights } = resultNetwork(recipe, (model) => {
    const spec = recipe.models[model] as Extract<Recipe['models'][string], { kind: 'network' }>
    const part = network(spec.network, spec.config)
    return { graph: part, weights: weightsByName(part, bytes, 'model.onnx', [`${model}/`])! }
  })
  const { tf } = await openBackend('wasm')
  const net = toTensorFlow(tf, graph, weights)
  const session = await openSession(bytes, { threads: 1 })
  const [size, , channels] = inputOf(graph).attributes.shape as [number, number, number]
  expect(channels).toBe(4)
  const face = toInput(throughSize(texture(size, size), 12), { ...cardOf(name).pixels!, layout: 'NHWC' })
  const x = Float32Array.from({ length: size * size * 4 }, (_, i) =>
    i % 4 === 3 ? Math.log2(12 / 112) : face[(i >> 2) * 3 + (i % 4)]!,
  )
  const y = tf.tidy(() => net.apply(tf.tensor(x, [1, size, size, 4]), { taps: ['image'] }).image!.dataSync())
  const chw = Float32Array.from(x, (_, i) => x[(i % (size * size)) * 4 + Math.floor(i / (size * size))]!)
  const { image } = await session.run({ [session.inputs[0]!.name]: { dims: [1, 4, size, size], data: chw } })
  const worst = image!.data.reduce((most, value, i) => {
    const [c, p] = [Math.floor(i / (size * size)), i % (size * size)]
    return Math.max(most, Math.abs(value - y[p * 3 + c]!))
  }, 0)
  // A tenth of a grey level of pixels in -1 .. 1.
  expect(worst).toBeLessThan(0.1 / 127.5)
  net.dispose()
  await session.release()
})
