// The shipped landmark network gives the points of face-api's own, on real faces; it has all of its weights.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import ort from 'onnxruntime-node'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { appRoot, resource } from '../base/root.ts'
import { LANDMARK_MEAN, LANDMARK_SCALE, LANDMARK_SIZE, landmarkGraph, landmarkWeights } from './landmarks68.ts'
import type { Manifest } from './manifest.ts'
import { floats } from './weights.ts'
import { weightSpecs } from './specs.ts'

const require = createRequire(import.meta.url)
const home = path.dirname(require.resolve('@vladmandic/face-api/package.json'))
const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as typeof import('@vladmandic/face-api')
const tf = require('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs')

const shared = path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared')
const referenceSet = path.join(shared, 'faces', 'lfw-folds-1-8')
const side = LANDMARK_SIZE
/** Engines sum in other orders; a hundredth of a pixel is far below what the points are good for. */
const LARGEST = 0.01

type Face = Buffer // 112 x 112 RGB
let session: Awaited<ReturnType<typeof ort.InferenceSession.create>>

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('wasm')
  await faceApi.nets.faceLandmark68Net.loadFromDisk(path.join(home, 'model'))
  session = await ort.InferenceSession.create(resource('landmarks', 'landmarks68.onnx'))
})

async function theirs(face: Face): Promise<number[]> {
  const x = tf.tensor3d(new Uint8Array(face), [side, side, 3], 'int32')
  const found = await faceApi.detectFaceLandmarks(x as never)
  x.dispose()
  return (Array.isArray(found) ? found[0]! : found).positions.flatMap(({ x, y }) => [x, y])
}
async function ours(face: Face): Promise<number[]> {
  const input = new Float32Array(face.length)
  face.forEach((p, i) => {
    input[(i % 3) * side * side + Math.floor(i / 3)] = (p - LANDMARK_MEAN[i % 3]!) / LANDMARK_SCALE[i % 3]!
  })
  const { points } = await session.run({ input: new ort.Tensor('float32', input, [1, 3, side, side]) })
  return Array.from(points!.data as Float32Array, (v) => v * side)
}
async function greatest(faces: Face[]): Promise<number> {
  let most = 0
  for (const face of faces) {
    const [a, b] = [await theirs(face), await ours(face)]
    expect([a.length, b.length]).toEqual([136, 136])
    a.forEach((v, i) => (most = Math.max(most, Math.abs(v - b[i]!))))
  }
  return most
}

/** Squares of the photographs: what is in them does not matter for the equality, but faces are among it. */
async function cuts(): Promise<Face[]> {
  const out: Face[] = []
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const file = path.join(home, 'demo', `sample${n}.jpg`)
    const { width, height } = await sharp(file).metadata()
    for (const k of [0, 1, 2]) {
      const size = Math.floor(height / (k + 2))
      const region = { left: Math.floor(((width - size) * k) / 3), top: 10 * k, width: size, height: size }
      out.push(await sharp(file).removeAlpha().extract(region).resize(side, side).raw().toBuffer())
    }
  }
  return out
}

describe('the landmark network', () => {
  it('gives the points of face-api on cuts of its six sample photographs', async () => {
    const faces = await cuts()
    const most = await greatest(faces)
    console.log(`sample photographs: ${faces.length} cuts, largest difference ${most} px`)
    expect(most).toBeLessThan(LARGEST)
    // The test can tell points apart.
    const [a, b] = [await ours(faces[0]!), await ours(faces[4]!)]
    expect(Math.max(...a.map((v, i) => Math.abs(v - b[i]!)))).toBeGreaterThan(1)
  })

  it.skipIf(!existsSync(referenceSet))('and on 25 faces of the reference face set', async () => {
    const people = readdirSync(referenceSet)
      .filter((_, i) => i % 180 === 0)
      .slice(0, 25)
    const faces = await Promise.all(
      people.map((person) => {
        const file = path.join(referenceSet, person, readdirSync(path.join(referenceSet, person))[0]!)
        return sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer()
      }),
    )
    expect(faces).toHaveLength(25)
    const most = await greatest(faces)
    console.log(`reference face set: ${faces.length} faces, largest difference ${most} px`)
    expect(most).toBeLessThan(LARGEST)
  })
  if (!existsSync(referenceSet)) console.log('skipped: no reference face set at VESTIGE_SHARED')

  it('has the weights of the package, all of them', () => {
    const from = path.join(home, 'model', 'face_landmark_68_model')
    const manifest = JSON.parse(readFileSync(`${from}-weights_manifest.json`, 'utf8')) as Manifest
    const bytes = readFileSync(`${from}.bin`)
    const weights = landmarkWeights(manifest, bytes)
    const names = weightSpecs(landmarkGraph()).map(({ name }) => name)
    expect([...weights.keys()].sort()).toEqual([...names].sort())
    expect([...weights.values()].reduce((sum, w) => sum + floats(w).length, 0)).toBe(356_840)
    expect(() => landmarkWeights(manifest, bytes.subarray(1))).toThrow('does not hold')
    expect(() => landmarkWeights(manifest, Buffer.concat([bytes, bytes.subarray(0, 3)]))).toThrow('3 bytes too many')
  })
})
