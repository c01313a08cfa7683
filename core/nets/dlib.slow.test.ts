// The shipped recogniser is the same function of the pixels as face-api's own descriptor, on real faces.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import ort from 'onnxruntime-node'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { appRoot, resource } from '../base/root.ts'
import { DLIB_MEAN, DLIB_SCALE, DLIB_SIZE, dlibGraph, dlibWeights } from './dlib.ts'
import { compare } from './testSupport.ts'
import { toTensorFlow } from './tensorflow.ts'

const require = createRequire(import.meta.url)
const home = path.dirname(require.resolve('@vladmandic/face-api/package.json'))
const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as typeof import('@vladmandic/face-api')
const tf = require('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs')

const shared = path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared')
const referenceSet = path.join(shared, 'faces', 'lfw-folds-1-8')

type Chip = Buffer // 150 x 150 RGB
const inputSize = DLIB_SIZE * DLIB_SIZE * 3
let session: Awaited<ReturnType<typeof ort.InferenceSession.create>>

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('wasm')
  await faceApi.nets.faceRecognitionNet.loadFromDisk(path.join(home, 'model'))
  await faceApi.nets.ssdMobilenetv1.loadFromDisk(path.join(home, 'model'))
  session = await ort.InferenceSession.create(resource('models', 'dlib-resnet', 'model.onnx'))
})

const asTensor = (rgb: Buffer, height: number, width: number) =>
  tf.tensor3d(new Uint8Array(rgb), [height, width, 3], 'int32')

async function theirs(chip: Chip): Promise<Float32Array> {
  const x = asTensor(chip, DLIB_SIZE, DLIB_SIZE)
  const descriptor = await faceApi.nets.faceRecognitionNet.computeFaceDescriptor(x as never)
  x.dispose()
  return descriptor as Float32Array
}

function input(chip: Chip): Float32Array {
  const out = new Float32Array(inputSize)
  const plane = DLIB_SIZE * DLIB_SIZE
  chip.forEach((p, i) => (out[(i % 3) * plane + Math.floor(i / 3)] = (p - DLIB_MEAN[i % 3]!) / DLIB_SCALE[i % 3]!))
  return out
}
async function ours(chip: Chip): Promise<Float32Array> {
  const result = await session.run({ input: new ort.Tensor('float32', input(chip), [1, 3, DLIB_SIZE, DLIB_SIZE]) })
  return result.embedding!.data as Float32Array
}

/** Squares around every face that face-api finds, in three cuts and mirrored, so that fifty differ. */
async function facesOfTheSamplePhotographs(): Promise<Chip[]> {
  const chips: Chip[] = []
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const file = path.join(home, 'demo', `sample${n}.jpg`)
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const x = asTensor(data, info.height, info.width)
    const found = await faceApi.detectAllFaces(x as never, new faceApi.SsdMobilenetv1Options({ minConfidence: 0.4 }))
    x.dispose()
    for (const { box } of found)
      for (const [scale, mirrored] of [
        [1.0, false],
        [1.3, true],
        [1.6, false],
      ] as const) {
        const side = Math.round(Math.min(Math.max(box.width, box.height) * scale, info.width, info.height))
        const at = (centre: number, limit: number) => Math.round(Math.min(Math.max(0, centre - side / 2), limit - side))
        const region = {
          left: at(box.x + box.width / 2, info.width),
          top: at(box.y + box.height / 2, info.height),
          width: side,
          height: side,
        }
        const cut = sharp(file).removeAlpha().extract(region).resize(DLIB_SIZE, DLIB_SIZE)
        chips.push(await (mirrored ? cut.flop() : cut).raw().toBuffer())
      }
  }
  return chips
}

const cosines = async (chips: Chip[], f: (chip: Chip) => Promise<Float32Array>): Promise<number[]> => {
  const out: number[] = []
  for (const chip of chips) out.push(compare(await theirs(chip), await f(chip)).cosine)
  return out
}

describe('the packaged recogniser gives the descriptor of face-api', () => {
  it('on at least 50 crops of the faces in the six sample photographs', async () => {
    const chips = await facesOfTheSamplePhotographs()
    expect(chips.length).toBeGreaterThanOrEqual(50)
    const all = await cosines(chips, ours)
    console.log(`sample photographs: ${chips.length} crops, lowest cosine ${Math.min(...all)}`)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0.9999)
    // The test can tell descriptors apart: two people's are not equal.
    expect(compare(await ours(chips[0]!), await ours(chips.at(-1)!)).cosine).toBeLessThan(0.999)
  })

  it.skipIf(!existsSync(referenceSet))('on 50 faces of the reference face set', async () => {
    const people = readdirSync(referenceSet)
      .filter((_, i) => i % 90 === 0)
      .slice(0, 50)
    const chips = await Promise.all(
      people.map((person) => {
        const file = path.join(referenceSet, person, readdirSync(path.join(referenceSet, person))[0]!)
        return sharp(file).removeAlpha().toColourspace('srgb').resize(DLIB_SIZE, DLIB_SIZE).raw().toBuffer()
      }),
    )
    expect(chips).toHaveLength(50)
    const all = await cosines(chips, ours)
    console.log(`reference face set: ${chips.length} faces, lowest cosine ${Math.min(...all)}`)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0.9999)
  })
  if (!existsSync(referenceSet)) console.log('skipped: no reference face set at VESTIGE_SHARED')

  it('and so does its graph in TensorFlow.js', async () => {
    const manifest = JSON.parse(
      readFileSync(path.join(home, 'model', 'face_recognition_model-weights_manifest.json'), 'utf8'),
    ) as Parameters<typeof dlibWeights>[0]
    const weights = dlibWeights(manifest, readFileSync(path.join(home, 'model', 'face_recognition_model.bin')))
    const network = toTensorFlow(tf as never, dlibGraph(), weights)
    const inTensorFlow = async (chip: Chip): Promise<Float32Array> => {
      const y = tf.tidy(() => {
        const x = asTensor(chip, DLIB_SIZE, DLIB_SIZE)
        return network.apply(tf.expandDims(tf.div(tf.sub(x, [...DLIB_MEAN]), [...DLIB_SCALE]))).embedding!
      })
      return (await y.data()) as Float32Array
    }
    const chips = (await facesOfTheSamplePhotographs()).slice(0, 5)
    expect(Math.min(...(await cosines(chips, inTensorFlow)))).toBeGreaterThanOrEqual(0.9999)
    network.dispose()
  })
})
