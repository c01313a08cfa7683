// Random sequences of calls over made-up faces and ordinary pictures, for the property that the quarantine holds.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { IdentityMeasure } from '../contract/hallucinations.ts'
import type { CallOutput } from '../contract/index.ts'
import { decodeImage } from '../images/decode.ts'
import { encodeJpeg, encodePng } from '../images/encode.ts'
import { crop, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { ChildFactory } from '../jobs/child.ts'
import { createEngine } from '../jobs/engine.ts'
import type { Configuration, HallucinatedFaces, WireFace } from '../jobs/protocol.ts'
import { Need, serveWorker, type WorkerHandlers } from '../jobs/workerServe.ts'
import { writeTestPackage } from '../models/testModels.ts'
import { databasePath } from '../store/inspect.ts'
import { openReadable } from '../store/sqlite.ts'
import { openTestApplication, type TestApplication } from './testing.ts'

const SIZE = 112
/** A soft head by formula: nobody's face. */
export function head(seed: number, width = SIZE, height = width): Image8 {
  const data = new Uint8ClampedArray(width * height * 3)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const [u, v] = [(x - width * (0.45 + 0.02 * (seed % 5))) / (0.32 * width), (y - height / 2) / (0.4 * height)]
      const skin = u * u + v * v < 1 ? 1 : 0
      const dark = 90 * Math.exp(-(((Math.abs(u) - 0.4) / 0.2) ** 2) - ((v + 0.2) / 0.1) ** 2)
      const grain = ((Math.imul(at + seed, 2654435761) >>> 28) - 8) * 0.8
      data.set([90 + 90 * skin - dark + grain, 80 + 60 * skin - dark + grain, 90 + 25 * skin - dark + grain], at)
    }
  return { width, height, data: new Uint8Array(data.buffer) }
}
export const boxOf = ({ width, height }: { width: number; height: number }) => ({
  x: width * 0.2,
  y: height * 0.15,
  width: width * 0.6,
  height: height * 0.7,
})
export const pointsOf = ({ width, height }: { width: number; height: number }): WireFace['points'] =>
  [
    [0.38, 0.4],
    [0.62, 0.4],
    [0.5, 0.55],
    [0.4, 0.68],
    [0.6, 0.68],
  ].map(([x, y]) => ({ x: x! * width, y: y! * height })) as unknown as WireFace['points']

function madeUp(samples: number, seed: number): HallucinatedFaces {
  const faces = Array.from({ length: samples }, (_, i) => head(seed + i).data)
  return {
    size: SIZE,
    nativeSide: 14,
    region: { x: 1, y: 1, width: 20, height: 20 },
    faces,
    mean: faces[0]!,
    spread: new Float32Array(SIZE * SIZE).fill(3),
    landmarks: Float32Array.from({ length: 136 }, (_, i) => 20 + ((i * 13) % 70)),
    parsing: Uint8Array.from({ length: 28 * 28 }, (_, i) => i % 11),
    ms: 1,
    provider: 'cpu',
  }
}

/** The real engine in this process, with its own admission of pictures; only networks are replaced. */
function engineWithoutNetworks(): WorkerHandlers {
  const engine = createEngine()
  let configuration: Configuration
  /** Runs a real handler up to the point where it asks for its networks, which are not open. */
  const upToNetworks = async (run: () => unknown): Promise<void> => {
    try {
      await run()
    } catch (error) {
      if (error instanceof UserFacingError || error instanceof Need) throw error
      if (!(error as Error).message.includes('before the configuration')) throw error
    }
  }
  const vector = (of: string): Float32Array => {
    const raw = Float32Array.from({ length: configuration.recogniser!.card.embedding! }, (_, i) =>
      Math.sin(Number.parseInt(of.slice(0, 6), 16) + i * 1.7),
    )
    const length = Math.hypot(...raw)
    return raw.map((value) => value / length)
  }
  return {
    ...engine,
    configure(given) {
      configuration = given
      return {
        device: { provider: 'cpu', device: 'test', runtime: 'test' } as never,
        detector: null,
        recogniser: null,
        problems: [],
      }
    },
    async analyse(input, tools) {
      await upToNetworks(() => engine.analyse(input, tools))
      const { facts } = await engine.read(input, tools)
      const face: WireFace = {
        box: boxOf(facts),
        points: pointsOf(facts),
        boxBy: 'detector',
        pointsBy: 'detector',
        score: 0.9,
        quality: [],
        outcome: { kind: 'template', vector: vector(input.image.sha256) },
      }
      return { facts, faces: [face], tiles: 1, modelSha256: configuration.recogniser!.hash }
    },
    async embed(input, tools) {
      await upToNetworks(() => engine.embed(input, tools))
      const { facts } = await engine.read(input, tools)
      const outcome = { kind: 'template' as const, vector: vector(input.image.sha256) }
      return { facts, quality: [], outcome, modelSha256: configuration.recogniser!.hash }
    },
    async shrunk(input, tools) {
      await engine.read(input, tools)
      return { vector: vector(input.image.sha256), modelSha256: configuration.recogniser!.hash }
    },
    hallucinate: ({ samples, seed }) => madeUp(samples, seed),
  }
}

/** A worker in this process: messages are copied as between processes. */
const inThisProcess =
  (handlers: () => WorkerHandlers): ChildFactory =>
  () => {
    let toMain: (message: unknown) => void = () => undefined
    let toWorker: (message: never) => void = () => undefined
    const exits: ((reason: string) => void)[] = []
    serveWorker(
      {
        send: (message) => queueMicrotask(() => toMain(structuredClone(message))),
        onMessage: (listener) => void (toWorker = listener),
      },
      handlers(),
    )
    return {
      pid: 1,
      send: (message) => queueMicrotask(() => toWorker(structuredClone(message) as never)),
      onMessage: (listener) => void (toMain = listener),
      onExit: (exit) => void exits.push(exit),
      kill: () => exits.forEach((exit) => exit('SIGKILL')),
    }
  }

const PARTS = ['mean', 'sample', 'spread', 'landmarks', 'parsing'] as const
/** What somebody may do with a picture before trying again. */
const COPIES: readonly ((png: Uint8Array) => Promise<Uint8Array>)[] = [
  async (png) => png,
  async (png) => encodePng((await decodeImage(png, 'x.png')).image),
  async (png) => encodeJpeg((await decodeImage(png, 'x.png')).image, 60),
  async (png) => encodePng(crop((await decodeImage(png, 'x.png')).image, { x: 90, y: 130, width: 240, height: 230 })),
  async (png) => encodeJpeg(resize((await decodeImage(png, 'x.png')).image, 224, 224, 'bilinear'), 80),
]

type Step =
  | {
      readonly kind: 'view' | 'synthetic' | 'enrol' | 'create' | 'detect' | 'probe' | 'search' | 'discard' | 'ordinary'
      readonly pick: number
    }
  | { readonly kind: 'export'; readonly pick: number; readonly copy: number }
const pick = fc.nat(1000)
const KINDS = {
  synthetic: 90,
  view: 4,
  ordinary: 4,
  detect: 3,
  probe: 3,
  search: 3,
  enrol: 1,
  discard: 1,
  create: 0.3,
} as const
/** Sequences of at most `most` calls; attempts with made-up pictures are the commonest. */
export const steps = (most: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 50,
        arbitrary: fc.record({ kind: fc.constant('export' as const), pick, copy: fc.nat(COPIES.length - 1) }),
      },
      ...Object.entries(KINDS).map(([kind, weight]) => ({
        weight: 10 * weight,
        arbitrary: fc.record({ kind: fc.constant(kind as keyof typeof KINDS), pick }),
      })),
    ),
    { minLength: 1, maxLength: most },
  )

export interface Quarantine {
  /** Runs one sequence and checks afterwards that nothing got through. */
  run(sequence: readonly Step[]): Promise<void>
  /** How many attempts with made-up pictures were refused so far. */
  readonly refused: number
  dispose(): Promise<void>
}

const measure = (resolution: number): IdentityMeasure => ({
  resolution,
  faces: 100,
  nearerToOther: 0.4,
  error: 0.05,
  judge: 'a recogniser',
  bicubicNearerToOther: 0.2,
  cosine: 0.5,
  bicubicCosine: 0.6,
})
const MEASURES = [8, 16, 32].map(measure)

/** The application with a hallucinator that costs nothing, beside the shipped packages. */
export const openWithMaker = (): Promise<TestApplication> =>
  openTestApplication(inThisProcess(engineWithoutNetworks), (folder) => {
    writeTestPackage(
      path.join(folder, 'models'),
      { model: Buffer.from('no network') },
      {
        name: 'maker',
        role: 'hallucinator',
        embedding: null,
        pixels: null,
        hallucination: { measures: MEASURES, from: 8, to: 32 },
      },
    )
  })

export async function openQuarantine(): Promise<Quarantine> {
  const app = await openWithMaker()
  const caseId = (await app.call('cases.create', { name: 'c' })).id
  const galleryId = (await app.call('galleries.create', { name: 'g' })).id
  const evidence: number[] = []
  const probes: number[] = []
  const made: CallOutput<'hallucinations.create'>[] = []
  /** Every made-up file that ever left: the picture, and what was made of it. */
  const copies: Uint8Array<ArrayBuffer>[] = []
  const hashed: string[] = []
  const keys = new Set<string>()
  let refused = 0

  const at = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]
  const plain = async (n: number): Promise<void> => {
    const bytes = new Uint8Array(await encodePng(head(n % 3, 96 + 16 * (n % 3), 120)))
    evidence.push((await app.call('evidence.add', { caseId, name: `still ${n}.png`, bytes })).id)
  }
  const probe = async (n: number): Promise<void> => {
    const points = pointsOf({ width: 96, height: 120 }).map(({ x, y }) => ({ x: x + (n % 5), y }))
    const given = { evidenceId: at(evidence, n)!, box: boxOf({ width: 96, height: 120 }), points: points as never }
    probes.push((await app.call('probes.create', given)).id)
  }
  const create = async (n: number): Promise<void> => {
    made.push(await app.call('hallucinations.create', { probeId: at(probes, n)!, samples: 4, seed: n % 2 }))
  }
  /** Exports a picture and makes a copy of it, each once. */
  async function exported(n: number, how: number): Promise<void> {
    const { png } = await app.call('hallucinations.export', { id: at(made, n)!.id, part: at(PARTS, n >> 3)!, index: 0 })
    const hash = sha256(png)
    if (keys.has(`${hash} ${how}`)) return
    keys.add(`${hash} ${how}`)
    const copy = new Uint8Array(await COPIES[how]!(png))
    copies.push(copy)
    hashed.push(sha256(copy))
  }

  await plain(0)
  await probe(0)
  await create(0)
  await create(1)
  for (const [how] of COPIES.entries()) for (const n of [0, 9, 18, 27]) await exported(n, how)

  async function step({ kind, ...given }: Step): Promise<void> {
    const n = given.pick
    if (kind === 'ordinary') return plain(n)
    if (kind === 'probe') return probe(n)
    if (kind === 'create') return create(n)
    if (kind === 'detect') return void (await app.call('probes.detect', { evidenceId: at(evidence, n)! }))
    if (kind === 'search')
      return void (await app.call('searches.start', { probeId: at(probes, n)!, galleryId }).catch(allowed))
    if (kind === 'discard') {
      if (made.length < 2) return
      const [gone] = made.splice(n % made.length, 1)
      return void (await app.call('hallucinations.discard', { id: gone!.id }))
    }
    if (kind === 'view')
      return void (await app.call('hallucinations.view', { id: at(made, n)!.id, part: at(PARTS, n >> 3)! }))
    if (kind === 'export') return exported(n, 'copy' in given ? given.copy : 0)
    const bytes = at(copies, n)!
    if (kind === 'synthetic') {
      const attempt = app.call('evidence.add', { caseId, name: 'found.png', bytes })
      await expect(attempt).rejects.toMatchObject({ code: 'synthetic' })
    } else {
      const folder = path.join(app.folder, 'to enrol')
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'somebody.png'), bytes)
      const job = await app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: folder } })
      const { counts, problems } = await app.call('jobs.wait', { id: job.id })
      expect(counts).toMatchObject({ enrolled: 0, unreadable: 1 })
      expect(problems[0]!.message).toMatch(/is a synthetic face made by Vestige/)
      rmSync(folder, { recursive: true })
    }
    refused++
  }
  /** A search of an empty gallery, or of a probe that has no template, is refused for reasons of its own. */
  function allowed(error: unknown): void {
    if (!(error instanceof UserFacingError) || !['insufficient', 'conflict', 'wrong-model'].includes(error.code))
      throw error
  }

  const db = openReadable(databasePath(app.folder))
  const through = db
    .prepare(
      `WITH bad AS (SELECT value AS sha256 FROM json_each(?) UNION SELECT sha256 FROM synthetic_hashes)
        SELECT (SELECT count(*) FROM bad JOIN evidence USING (sha256)) + (SELECT count(*) FROM bad JOIN gallery_images USING (sha256))
          + (SELECT count(*) FROM bad JOIN searches ON evidence_sha256 = bad.sha256)`,
    )
    .pluck()
  return {
    get refused() {
      return refused
    },
    async run(sequence) {
      for (const each of sequence) await step(each)
      expect(through.get(JSON.stringify(hashed))).toBe(0)
    },
    async dispose() {
      db.close()
      expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
      expect(app.defects).toEqual([])
      await app.dispose()
    },
  }
}
