// A hallucinator for tests: the one that is shipped, or an untrained one of the same form, which corrects nothing.
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { packageHash } from '../../core/base/packageHash.ts'
import { appRoot } from '../../core/base/root.ts'
import { writeHallucinatorPackage } from '../../core/models/trained.ts'
import { chain } from '../../core/nets/chain.ts'
import { initialWeights } from '../../core/nets/initialise.ts'
import { toOnnx } from '../../core/nets/onnx/lower.ts'
import { network } from '../../core/nets/registry.ts'

const shipped = path.join(appRoot, 'resources/models/vestige-rim/card.json')
const MIDDLE: [number, number, number] = [127.5, 127.5, 127.5]

/** Sees to it that a store, made now, has a hallucinator. @param store its folder */
export async function provideHallucinator(store: string): Promise<void> {
  if (existsSync(shipped)) return
  const models = path.join(store, 'models')
  mkdirSync(models, { recursive: true })
  const folder = path.join(models, 'untrained')
  const card = await writeHallucinatorPackage(folder, {
    about: {
      name: 'Untrained',
      version: '1',
      description: '',
      network: 'rim',
      parameters: null,
      macs: null,
      trainedOn: 'nothing',
      recipe: '',
      licence: '',
      source: '',
      validatedFrom: null,
      measurements: [],
      limits: [],
    },
    pixels: {
      size: 112,
      channelOrder: 'RGB',
      layout: 'NCHW',
      mean: MIDDLE,
      scale: MIDDLE,
      resampler: 'vestige-bicubic-warp-1',
      alignment: 'arcface-112',
    },
    model: untrained(),
    hallucination: { measures: [], from: 6, to: 64 },
    people: [],
  })
  // An imported package's folder has the name of its hash.
  renameSync(folder, path.join(models, packageHash(card)))
}

function untrained(): Uint8Array {
  const link = (name: string, told: boolean) => {
    const graph = network(`rim-${name}`, { size: 112, width: 8, prior: 8, rounds: 1, up: 'resize', skip: true, told })
    return { name, graph, weights: initialWeights(graph, 1) }
  }
  const tap = (name: string): [string, string[]] => [name, [`generator.${name}`]]
  const { graph, weights } = chain(
    [link('coarse', true), { ...link('generator', false), of: 'coarse.image' }],
    Object.fromEntries(['image', 'landmarks', 'parsing'].map(tap)),
  )
  return toOnnx(graph, weights, { taps: Object.keys(graph.taps) })
}
