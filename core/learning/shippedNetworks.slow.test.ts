// The shipped networks that we trained: each becomes a graph again, and gives the same embeddings in both engines.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { ModelCard, type PixelContract } from '../contract/models.ts'
import { toInput } from '../images/align.ts'
import { throughSize } from '../images/degrade.ts'
import type { Image8 } from '../images/pixels.ts'
import { noise, texture } from '../images/testPatterns.ts'
import { inputOf } from '../nets/graph.ts'
import { weightsByName } from '../nets/import/ownOnnx.ts'
import { network } from '../nets/registry.ts'
import { agreementOf } from '../nets/testSupport.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { openBackend } from '../runtime/learn/backend.ts'
import { openSession } from '../runtime/session.ts'
import { Recipe } from '../training/recipe.ts'
import { resultNetwork, usedOf } from '../training/result.ts'
import { rebuild } from './evaluateGraph.ts'

const models = resource('models')
const cardOf = (name: string): ModelCard =>
  ModelCard.parse(JSON.parse(readFileSync(path.join(models, name, 'card.json'), 'utf8')))
const shipped = (role: ModelCard['role']): string[] =>
  readdirSync(models).filter((name) => name.startsWith('vestige-') && cardOf(name).role === role)

/** A package whose recipe chains several networks, as one graph again. */
function chained(name: string) {
  const bytes = readFileSync(path.join(models, name, 'model.onnx'))
  const recipe = Recipe.parse(JSON.parse(readFileSync(resource('recipes', `${name}.json`), 'utf8')))
  return resultNetwork(recipe, (model) => {
    const spec = recipe.models[model] as Extract<Recipe['models'][string], { kind: 'network' }>
    const graph = usedOf(recipe, model, network(spec.network, spec.config))
    return { graph, weights: weightsByName(graph, bytes, 'model.onnx', [`${model}/`])! }
  })
}
/** What a network is shown: the face's pixels and, where it is told, the size it was shrunk to. */
function shown(face: Image8, side: number, pixels: PixelContract, channels: number, layout: PixelContract['layout']) {
  const { size } = pixels
  const plane = size * size
  const colours = toInput(face, { ...pixels, layout })
  const told = Math.log2(side / 112)
  if (channels === 3) return colours
  if (layout === 'NCHW') return Float32Array.of(...colours, ...new Float32Array(plane).fill(told))
  return Float32Array.from({ length: 4 * plane }, (_, i) => (i % 4 === 3 ? told : colours[(i >> 2) * 3 + (i % 4)]!))
}

describe.each(shipped('recogniser'))('%s', (name) => {
  const read = (file: string): Buffer => readFileSync(path.join(models, name, file))
  const about = cardOf(name)
  const files = ['model.onnx', 'gallery.onnx'].filter((file) => existsSync(path.join(models, name, file)))
  it.each(files)('%s gives the same embedding in TensorFlow.js and in ONNX Runtime', async (file) => {
    const pixels = about.pixels!
    const { size } = pixels
    const faces = [
      { face: noise(size, size, 1), side: size },
      { face: texture(size, size), side: size },
      { face: throughSize(texture(size, size), 12), side: 12 },
    ]
    const words = about.network
      .split('; ')
      .find((w) => w.startsWith('galleries: '))
      ?.slice('galleries: '.length)
    const found =
      rebuild(read(file), { ...about, network: (file === 'gallery.onnx' && words) || about.network }) ?? chained(name)
    const channels = inputOf(found.graph).attributes.shape[2]!
    const { tf } = await openBackend('wasm')
    const net = toTensorFlow(tf, found.graph, found.weights)
    const session = await openSession(read(file), { threads: 1 })
    const [input] = session.inputs
    const answers = { tf: [] as Float32Array[], ort: [] as Float32Array[] }
    for (const { face, side } of faces) {
      const rows = shown(face, side, pixels, channels, 'NHWC')
      answers.tf.push(
        tf.tidy(() => net.apply(tf.tensor(rows, [1, size, size, channels])).embedding!.dataSync()) as Float32Array,
      )
      const dims = pixels.layout === 'NCHW' ? [1, channels, size, size] : [1, size, size, channels]
      const out = await session.run({
        [input!.name]: { dims, data: shown(face, side, pixels, channels, pixels.layout) },
      })
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
  const { graph, weights } = chained(name)
  const { tf } = await openBackend('wasm')
  const net = toTensorFlow(tf, graph, weights)
  const session = await openSession(bytes, { threads: 1 })
  const [size, , channels] = inputOf(graph).attributes.shape as [number, number, number]
  expect(channels).toBe(4)
  const pixels = cardOf(name).pixels!
  const face = throughSize(texture(size, size), 12)
  const x = shown(face, 12, pixels, channels, 'NHWC')
  const y = tf.tidy(() => net.apply(tf.tensor(x, [1, size, size, 4]), { taps: ['image'] }).image!.dataSync())
  const chw = shown(face, 12, pixels, channels, 'NCHW')
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
