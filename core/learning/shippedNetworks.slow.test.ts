// The shipped networks that we trained: each becomes a graph again, and gives the same embeddings in both engines.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { ModelCard } from '../contract/models.ts'
import { toInput } from '../images/align.ts'
import { throughSize } from '../images/degrade.ts'
import { noise, texture } from '../images/testPatterns.ts'
import { agreementOf } from '../nets/testSupport.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { openBackend } from '../runtime/learn/backend.ts'
import { openSession } from '../runtime/session.ts'
import { rebuild } from './evaluateGraph.ts'

const models = resource('models')
const shipped = readdirSync(models).filter((name) => name.startsWith('vestige-'))
describe.each(shipped)('%s', (name) => {
  const read = (file: string): Buffer => readFileSync(path.join(models, name, file))
  const about = ModelCard.parse(JSON.parse(read('card.json').toString()))
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
