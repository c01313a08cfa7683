// vestige evaluate as a program runs it: a tiny model on tiny pairs, the JSON that it promises, and its refusals.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { encodePng } from '../images/encode.ts'
import { noise } from '../images/testPatterns.ts'
import { tinyModel, tinyPixels } from '../models/testModels.ts'
import { main } from './program.ts'

let folder = ''
const at = (...parts: string[]): string => path.join(folder, ...parts)

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vestige-evaluate-'))
  // Each person's two pictures are one noise, so that pairs of one person are certain at full size.
  for (let person = 0; person < 6; person++) {
    mkdirSync(at('faces', `P${person}`), { recursive: true })
    const bytes = await encodePng(noise(112, 112, person + 1))
    for (const n of [1, 2]) writeFileSync(at('faces', `P${person}`, `P${person}_000${n}.png`), bytes)
  }
  const lines = [0, 1, 2].flatMap((fold) => [
    ...[0, 1].map((k) => `P${2 * fold + k}\t1\t2`),
    ...[0, 1].map((k) => `P${2 * fold + k}\t1\tP${(2 * fold + k + 1) % 6}\t2`),
  ])
  writeFileSync(at('faces', 'pairs.txt'), ['3\t2', ...lines, ''].join('\n'))
  writeFileSync(at('tiny.onnx'), tinyModel({ size: 112 }))
  const [model, gallery] = [tinyModel({ size: 112 }), tinyModel({ size: 112, seed: 2 })]
  mkdirSync(at('pair'))
  writeFileSync(at('pair', 'model.onnx'), model)
  writeFileSync(at('pair', 'gallery.onnx'), gallery)
  writeFileSync(at('pair', 'card.json'), JSON.stringify(pairCard(sha256(model), sha256(gallery))))
  writeFileSync(at('pair', 'training-people.txt'), 'P1\nP9\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pairCard = (model: string, gallery: string) => ({
  schema: 1,
  name: 'A pair',
  role: 'recogniser',
  version: '1',
  state: 'experimental',
  description: '',
  network: '',
  parameters: null,
  macs: null,
  sha256: model,
  embedding: 64,
  pixels: tinyPixels(112),
  inference: { flip: true, gallery: { sha256: gallery }, probe: { upTo: 56 }, second: { upTo: 10, weight: 0.5 } },
  trainedOn: '',
  recipe: '',
  licence: '',
  source: '',
  validatedFrom: null,
  measurements: [],
  limits: [],
  selfTest: null,
})

async function vestige(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const outSpy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  const errSpy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  try {
    return { code: await main(['evaluate', '--store', at('store'), ...words]), out, err }
  } finally {
    outSpy.mockRestore()
    errSpy.mockRestore()
  }
}
const base = (): string[] => ['--model', at('tiny.onnx'), '--protocol', 'lfw-pairs', '--data', at('faces')]

describe('vestige evaluate', () => {
  it('prints one JSON value with results, baselines and what is needed to repeat it', async () => {
    const words = [...base(), '--resolutions', '7,112', '--resamples', '20', '--json']
    const { code, out } = await vestige(...words)
    expect(code).toBe(0)
    const record = JSON.parse(out)
    expect(Object.keys(record)[0]).toBe('results')
    expect(record.results.map((r: { resolution: number }) => r.resolution)).toEqual([7, 112])
    expect(record.results[1]).toMatchObject({ mode: 'lr-hr', accuracy: 1, se: 0, auc: 1 })
    expect(record.results[1].tarAtFar['0.01']).toMatchObject({ tar: 1, far: 0 })
    expect(record.baselines.pixels[1]).toMatchObject({ resolution: 112, accuracy: 1 })
    expect(record.baselines.random).toHaveLength(2)
    expect(record.data).toMatchObject({ images: 12, identities: 6, pairs: { folds: 3, evaluated: 12 } })
    for (const hash of [record.sha256, record.protocol.sha256, record.model.sha256, record.data.fingerprint])
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(record.command).toContain('--resolutions 7,112')
    const again = JSON.parse((await vestige(...words)).out)
    expect(again.sha256).toBe(record.sha256)
  })
  it('takes one fold, both directions and a second score, and no baselines', async () => {
    const words = ['--folds', '2-3', '--both-directions', '--inference', 'flip+fused', '--second', '20,0.5']
    const { code, out } = await vestige(...base(), ...words, '--resolutions', '8', '--no-baselines', '--json')
    expect(code).toBe(0)
    const record = JSON.parse(out)
    expect(record.baselines).toEqual({})
    expect(record.model.inference).toEqual({ flip: true, pair: false, probe: null, second: { upTo: 20, weight: 0.5 } })
    expect(record.protocol.directions).toBe(2)
    expect(record.results[0].pairs).toEqual({ same: 4, different: 4 })
  })
  it("measures a package's folder with the inference it declares, and with parts of it", async () => {
    const words = ['--model', at('pair'), '--protocol', 'lfw-pairs', '--data', at('faces'), '--no-baselines', '--json']
    const run = async (...more: string[]) =>
      JSON.parse((await vestige(...words, '--resolutions', '8,112', '--resamples', '0', ...more)).out)
    const declared = await run()
    expect(declared.model).toMatchObject({ name: 'A pair', gallery: { name: 'A pair (gallery)' } })
    const inference = { flip: true, pair: true, probe: { upTo: 56 }, second: { upTo: 10, weight: 0.5 } }
    expect(declared.model.inference).toEqual(inference)
    expect(declared.model.package).not.toBe(declared.model.sha256)
    expect(declared.leak).toMatchObject({ declared: 2, shared: ['P1'] })
    // Networks of unlike spaces do not know a picture again; one network does, and at 112 px it makes both sides.
    expect(declared.results[1].accuracy).toBe(1)
    const higher = await run('--probe-up-to', '112')
    expect(higher.model.inference).toEqual({ ...inference, probe: { upTo: 112 } })
    expect(higher.results[1].accuracy).toBeLessThan(1)
    const apart = await run('--inference', 'flip+pair')
    expect(apart.model.inference).toEqual({ flip: true, pair: true, probe: null, second: null })
    expect(apart.results[1].accuracy).toBeLessThan(1)
    expect((await run('--inference', 'pair+sized')).results[1].accuracy).toBe(1)
    const plain = await run('--inference', 'plain')
    expect(plain.results[1].accuracy).toBe(1)
    expect(plain.model.gallery).toBeNull()
    writeFileSync(at('pair', 'gallery.onnx'), tinyModel({ size: 112, seed: 3 }))
    expect((await vestige(...words)).err).toMatch(/was changed after/)
  })
  it('writes a report with published rows beside ours, and curves', async () => {
    const words = ['--resolutions', '28,112', '--resamples', '0', '--out', at('out')]
    const { code, err } = await vestige(...base(), ...words)
    expect([code, err]).toEqual([0, expect.stringContaining('files were written')])
    const report = readFileSync(at('out', 'report.md'), 'utf8')
    expect(report).toContain('| RIM (HR-LR) | 98.80 |')
    expect(report).toContain('| ArcFace (Res50, 2019) | 99.50 | 100.00 | +0.50 |')
    expect(JSON.parse(readFileSync(at('out', 'result.json'), 'utf8')).results).toHaveLength(2)
    expect(readdirSync(at('out')).toSorted()).toEqual(
      ['det', 'errors', 'pca', 'resolution', 'roc']
        .flatMap((name) => [`${name}.csv`, `${name}.svg`])
        .concat('report.md', 'result.json')
        .toSorted(),
    )
  })
  it('takes other protocols, and refuses options that are not theirs', async () => {
    const words = ['--model', at('tiny.onnx'), '--protocol', 'folder-identification', '--data', at('faces')]
    const { code, out } = await vestige(...words, '--resolutions', '112', '--resamples', '0', '--json')
    expect(code).toBe(0)
    const record = JSON.parse(out)
    expect(record.results).toMatchObject([{ group: 'all', resolution: 112, accuracy: 1, rank: { 1: 1, 5: 1 } }])
    expect(record.leak).toMatchObject({ declared: null })
    expect((await vestige(...words, '--mode', 'lr-lr')).err).toMatch(/--mode is for protocols of pairs/)
  })
  it.each([
    [['--protocol', 'nothing'], 3, /no protocol "nothing"/],
    [['--model', 'nothing'], 3, /no model "nothing"/],
    [['--data', '/nowhere/at/all'], 3, /is not there/],
    [['--pairs', '/nowhere.txt'], 3, /no pairs file/],
    [['--inference', 'pair'], 3, /no gallery network/],
    [['--probe-up-to', '40'], 3, /no gallery network for --probe-up-to/],
    [['--inference', 'sized'], 3, /--inference sized needs pair/],
    [['--inference', 'wrong'], 3, /--inference takes/],
    [['--resolutions', '2'], 2, /--resolutions takes/],
    [['--second', '20'], 2, /--second takes/],
  ] as const)('refuses %j', async (words, code, sentence) => {
    const result = await vestige(...base(), '--resolutions', '7', ...words)
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(sentence)])
  })
  it('a face that is missing is named', async () => {
    writeFileSync(at('other.txt'), '1 1\nP0 1 2\nP0 1 P1 7\n')
    const result = await vestige(...base(), '--resolutions', '7', '--pairs', at('other.txt'), '--json')
    expect(result.code).toBe(3)
    expect(JSON.parse(result.out)).toMatchObject({ error: { message: expect.stringMatching(/P1_0007\.jpg/) } })
  })
})
