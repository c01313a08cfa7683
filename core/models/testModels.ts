// Small models for tests, written by our own lowering, and ways to spoil them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { packageHash } from '../base/packageHash.ts'
import { sha256 } from '../base/sha256.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import { build } from '../nets/build.ts'
import { filled, normal } from '../nets/initialise.ts'
import { decodeModel } from '../nets/onnx/decode.ts'
import { encodeModel } from '../nets/onnx/encode.ts'
import { toOnnx, type OnnxOptions } from '../nets/onnx/lower.ts'
import type { OnnxModel } from '../nets/onnx/model.ts'

export interface TinyOptions extends OnnxOptions {
  size?: number
  units?: number
  seed?: number
  /** Multiplies every weight; 0 makes a model that always answers 0. */
  gain?: number
}

/** A two-layer recogniser: size x size x 3 → units. */
export function tinyModel({ size = 32, units = 64, seed = 1, gain = 0.1, ...options }: TinyOptions = {}): Uint8Array {
  const g = build('tiny')
  const x = g.relu('r', g.conv('c', g.input([size, size, 3]), { filters: 8, kernel: 5, stride: 3 }))
  const graph = g.done({ embedding: g.dense('d', g.flatten('f', x, 'chw'), { units }) })
  const draw = normal(seed)
  return toOnnx(
    graph,
    filled(graph, () => () => draw() * gain),
    options,
  )
}

/** The file with something in its records changed. */
export function altered(bytes: Uint8Array, change: (model: OnnxModel) => void): Uint8Array {
  const model = decodeModel(bytes)
  change(model)
  return encodeModel(model)
}

export const tinyPixels = (size = 32): PixelContract => ({
  size,
  channelOrder: 'RGB',
  layout: 'NCHW',
  mean: [127.5, 127.5, 127.5],
  scale: [127.5, 127.5, 127.5],
  resampler: 'vestige-bilinear-warp-1',
  alignment: 'arcface-112',
})

/** Writes a package with whatever options into a folder of packages, as an installation brings it. @returns its hash */
export function writeTestPackage(
  parent: string,
  networks: { model: Uint8Array; gallery?: Uint8Array },
  about: Pick<ModelCard, 'name' | 'embedding' | 'pixels'> & Partial<ModelCard> & { folder?: string },
): string {
  const { folder, ...given } = about
  const { inference } = given
  const card: ModelCard = {
    schema: 1,
    role: 'recogniser',
    version: '1',
    state: 'experimental',
    description: '',
    network: 'made for tests',
    parameters: null,
    macs: null,
    sha256: sha256(networks.model),
    trainedOn: 'nothing',
    recipe: '',
    licence: '',
    source: '',
    validatedFrom: null,
    measurements: [],
    limits: [],
    selfTest: null,
    ...given,
    ...(inference && networks.gallery
      ? { inference: { ...inference, gallery: { sha256: sha256(networks.gallery) } } }
      : {}),
  }
  const hash = packageHash(card)
  const target = path.join(parent, folder ?? hash)
  mkdirSync(target, { recursive: true })
  writeFileSync(path.join(target, 'model.onnx'), networks.model)
  if (networks.gallery) writeFileSync(path.join(target, 'gallery.onnx'), networks.gallery)
  writeFileSync(path.join(target, 'card.json'), JSON.stringify(card))
  return hash
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-models-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
