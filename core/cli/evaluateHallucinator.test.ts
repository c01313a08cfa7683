// A hallucinator's package: written with its answer to the pattern, listed, asked again, measured.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readProtocol, type PairsProtocol } from '../evaluation/protocol.ts'
import { evaluate } from '../learning/evaluate.ts'
import { evaluateHallucinator, identityMeasures } from '../learning/evaluateHallucinator.ts'
import { encodePng } from '../images/encode.ts'
import { random } from '../images/random.ts'
import { chain } from '../nets/chain.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { network } from '../nets/registry.ts'
import type { Weight } from '../nets/weights.ts'
import { openHere } from '../models/inspect.ts'
import { loadModel, readPackage, type PackageOnDisk } from '../models/packages.ts'
import { selfTest } from '../models/selfTest.ts'
import { temporaryFolder, tinyModel, tinyPixels } from '../models/testModels.ts'
import { LIMITS, writeHallucinatorPackage } from '../models/trained.ts'

const config = { size: 112, width: 8, prior: 8, rounds: 1, up: 'resize', skip: true }
/** A chain as `vestige train` writes it; untrained, so that it corrects nothing. */
function untrained(change: (weights: Map<string, Weight>) => void = () => undefined): Uint8Array {
  const link = (name: string, told: boolean) => {
    const graph = network(`rim-${name}`, { ...config, told })
    return { name, graph, weights: initialWeights(graph, 1) }
  }
  const links = [link('coarse', true), { ...link('generator', false), of: 'coarse.image' }]
  const tap = (name: string): [string, string[]] => [name, [`generator.${name}`]]
  const whole = chain(links, Object.fromEntries(['image', 'landmarks', 'parsing'].map(tap)))
  change(whole.weights)
  return toOnnx(whole.graph, whole.weights, { taps: Object.keys(whole.graph.taps) })
}
/** One that makes every face redder and less green. */
const reddening = (): Uint8Array =>
  untrained((weights) => weights.get('generator/integrator/image/conv/bias')!.data.set([0.5, -0.5, 0]))
const about = {
  name: 'Untrained',
  version: '1',
  description: '',
  network: 'rim',
  parameters: 1,
  macs: 1,
  trainedOn: '',
  recipe: '',
  licence: '',
  source: '',
  validatedFrom: null,
  measurements: [],
  limits: [...LIMITS],
}
const mean: [number, number, number] = [127.5, 127.5, 127.5]
const pixels = { ...tinyPixels(), size: 112, channelOrder: 'RGB', layout: 'NCHW', mean, scale: mean } as const
async function write(model: Uint8Array, parent = temporaryFolder()): Promise<PackageOnDisk> {
  const folder = path.join(parent, 'package')
  await writeHallucinatorPackage(folder, {
    about,
    pixels: { ...pixels, mean, scale: mean },
    model,
    hallucination: { measures: [], from: 6, to: 40 },
    people: [],
  })
  return readPackage(folder, true)
}
const shared = mkdtempSync(path.join(tmpdir(), 'vestige-hallucinator-'))
let made: PackageOnDisk
beforeAll(async () => {
  made = await write(untrained(), shared)
})
afterAll(() => rmSync(shared, { recursive: true, force: true }))

describe("a hallucinator's package", () => {
  it('answers its self-test, and another network does not', async () => {
    const session = await openHere(loadModel(made))
    expect(await selfTest(session, made.card)).toMatchObject({ ok: true, networks: 1 })
    const other = await openHere(reddening())
    expect((await selfTest(other, made.card)).ok).toBe(false)
    await session.release()
    await other.release()
  })

  it('is refused where the network makes no faces', async () => {
    await expect(write(tinyModel({ seed: 1 }))).rejects.toThrow('Untrained makes up no faces')
  })

  it('is measured: what corrects nothing is bicubic enlargement, to the byte', async () => {
    const folder = temporaryFolder()
    const draw = random(3)
    const lines = ['1\t2']
    for (const name of ['A', 'B', 'C', 'D']) {
      mkdirSync(path.join(folder, name))
      for (const n of [1, 2]) {
        const data = Uint8Array.from(
          { length: 112 * 112 * 3 },
          (_, i) => 128 + 90 * Math.sin(i / (50 * n)) + draw.next() * 20,
        )
        const png = await encodePng({ width: 112, height: 112, data })
        writeFileSync(path.join(folder, name, `${name}_000${n}.png`), png)
      }
    }
    lines.push('A\t1\t2', 'B\t1\t2', 'A\t1\tC\t1', 'B\t1\tD\t2')
    const pairs = path.join(folder, 'pairs.txt')
    writeFileSync(pairs, `${lines.join('\n')}\n`)
    const judge = {
      bytes: tinyModel({ seed: 2, size: 112 }),
      card: {
        ...made.card,
        name: 'Judge',
        role: 'recogniser' as const,
        hallucination: null,
        pixels: tinyPixels(112),
        embedding: null,
      },
      gallery: null,
      trainedPeople: null,
    }
    const request = {
      model: { bytes: loadModel(made), card: made.card, trainedPeople: null },
      judges: [judge],
      data: folder,
      pairs,
      resolutions: [8, 28],
      threads: 1,
      command: 'test',
    }
    const { record, scores } = await evaluateHallucinator(request)
    expect(record.results.map((r) => [r.resolution, r.faces, r.people, r.gain.psnr.mean])).toEqual([
      [8, 6, 4, 0],
      [28, 6, 4, 0],
    ])
    const [measure] = identityMeasures(record.results, 'Judge')
    expect(measure).toMatchObject({ resolution: 8, faces: 6 })
    expect([measure!.cosine, measure!.nearerToOther]).toEqual([measure!.bicubicCosine, measure!.bicubicNearerToOther])
    expect(scores).toHaveLength(4)
    const some = await evaluateHallucinator({ ...request, resolutions: [8], faces: 3 })
    expect(some.record.results[0]!.faces).toBe(3)
    expect((await evaluateHallucinator(request)).record.sha256).toBe(record.sha256)

    // Matching through it: the same results where it corrects nothing, others where it does, and the record says which.
    const through = async (bytes: Uint8Array | null) => {
      const { record } = await evaluate({
        protocol: { ...(readProtocol('lfw-pairs') as PairsProtocol), resolutions: [8, 112] },
        model: judge,
        inference: { flip: false, pair: false, probe: null, second: null },
        hallucinator: bytes && { bytes, card: made.card },
        teacher: null,
        data: folder,
        pairs,
        baselines: false,
        resamples: 0,
        threads: 1,
        command: 'test',
      })
      return record
    }
    const [without, same, redder] = [await through(null), await through(loadModel(made)), await through(reddening())]
    expect(without.model).not.toHaveProperty('hallucinator')
    expect(same.model.hallucinator).toEqual({ name: 'Untrained', sha256: made.card.sha256 })
    expect(same.results).toEqual(without.results)
    expect(redder.results[0]).not.toEqual(without.results[0])
    expect(redder.results[1]).toEqual(without.results[1])
  })
})
