// The guess follows what the file states, then what its own first operations do, then the customs of known families.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { appRoot } from '../base/root.ts'
import type { OnnxModel, OnnxNode } from '../nets/onnx/model.ts'
import { openSession } from '../runtime/session.ts'
import { importModel } from './import.ts'
import { inspectModel } from './inspect.ts'
import { listPackages, loadModel } from './packages.ts'
import { altered, temporaryFolder, tinyModel } from './testModels.ts'

it('takes size and order of axes from the file', async () => {
  expect(await inspectModel(tinyModel({ size: 96 }), 'a.onnx')).toMatchObject({
    inputName: 'input',
    inputShape: ['N', 3, 96, 96],
    outputName: 'embedding',
    embedding: 64,
    guess: { size: 96, layout: 'NCHW', channelOrder: 'RGB', mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
  })
  expect((await inspectModel(tinyModel({ layout: 'NHWC' }), 'a.onnx')).guess).toMatchObject({
    size: 32,
    layout: 'NHWC',
  })
})

it.each([
  ['w600k_r50.onnx', 64, 'RGB', 127.5, 127.5, /ArcFace/],
  ['FaceX-Zoo-resnet50-ir.onnx', 64, 'BGR', 127.5, 128, /FaceX-Zoo/],
  ['MobileFaceNet.onnx', 128, 'RGB', 123.675, 58.395, /ImageNet/],
  ['mobilefacenet-512.onnx', 512, 'RGB', 127.5, 127.5, /Nothing in the file/],
] as const)('%s', async (name, units, channelOrder, mean, scale, why) => {
  const { guess, reasons } = await inspectModel(tinyModel({ units }), name)
  expect(guess).toMatchObject({ channelOrder, alignment: 'arcface-112' })
  expect([guess.mean[0], guess.scale[0]]).toEqual([expect.closeTo(mean, 6), expect.closeTo(scale, 6)])
  expect(reasons.join(' ')).toMatch(why)
})

/** Puts Sub(127.5) and Mul(1/128) before the first convolution, as exporters do. */
function normalising(m: OnnxModel): void {
  const node = (op: string, a: string, b: string, out: string): OnnxNode => ({
    op,
    domain: '',
    name: out,
    inputs: [a, b],
    outputs: [out],
    attributes: {},
  })
  const constant = (name: string, value: number) =>
    m.graph.initialisers.push({
      name,
      dims: [1],
      type: 1,
      raw: new Uint8Array(Float32Array.of(value).buffer),
      numbers: [],
    })
  constant('half', 127.5)
  constant('factor', 1 / 128)
  m.graph.nodes[0]!.inputs[0] = 'normal'
  m.graph.nodes.unshift(node('Sub', 'input', 'half', 'centred'), node('Mul', 'centred', 'factor', 'normal'))
}

it('sends plain pixels into a network that normalises them itself', async () => {
  const { guess, reasons } = await inspectModel(altered(tinyModel(), normalising), 'facex.onnx')
  expect(guess).toMatchObject({ mean: [0, 0, 0], scale: [1, 1, 1] })
  expect(reasons.join(' ')).toContain('subtracts 127.5 and multiplies with 0.0078125, so pixels go in as 0 to 255.')
})

it('runs the network once where the file does not state the length of its output', async () => {
  const bytes = altered(tinyModel({ units: 48 }), (m) => (m.graph.outputs[0]!.dims = ['N', -1]))
  expect((await inspectModel(bytes, 'a.onnx')).embedding).toBe(48)
})

it('refuses oblong images and outputs that are no embeddings', async () => {
  const oblong = altered(tinyModel(), (m) => (m.graph.inputs[0]!.dims = ['N', 3, 112, 96]))
  await expect(inspectModel(oblong, 'a.onnx')).rejects.toThrow('a.onnx takes images of 96 x 112 px; only square ones')
  await expect(inspectModel(tinyModel({ units: 2 }), 'a.onnx')).rejects.toThrow('a.onnx gives 2 numbers per image')
})

it('recognises the shipped recogniser for what it is', async () => {
  const dlib = listPackages().packages.find((p) => p.card.name.startsWith('dlib'))!
  const { guess } = await inspectModel(loadModel(dlib), 'model.onnx')
  expect(guess).toEqual(dlib.card.pixels)
})

const reference = path.resolve(
  appRoot,
  process.env.VESTIGE_SHARED ?? '../shared',
  'weights/mobilefacenet/MobileFaceNet.onnx',
)
if (!existsSync(reference)) console.log('skipped: no reference MobileFaceNet at VESTIGE_SHARED')
it.skipIf(!existsSync(reference))('imports a real MobileFaceNet with the guess as it stands', async () => {
  const bytes = readFileSync(reference)
  const seen = await inspectModel(bytes, 'MobileFaceNet.onnx')
  expect(seen).toMatchObject({
    embedding: 128,
    inputShape: [1, 3, 112, 112],
    guess: { size: 112, channelOrder: 'RGB' },
  })
  expect(seen.guess.mean[0]).toBeCloseTo(123.675, 6)
  const made = await importModel({
    bytes,
    fileName: 'MobileFaceNet.onnx',
    name: 'MobileFaceNet',
    pixels: seen.guess,
    licence: 'Apache-2.0',
    storeFolder: temporaryFolder(),
  })
  expect(made.card).toMatchObject({ embedding: 128, parameters: 989_952 })
  const session = await openSession(loadModel(made), { threads: 1 })
  expect(session.outputs[0]!.dims).toEqual([1, 128])
  await session.release()
})
