// Measures a hallucinator on faces of a standard list: pixels, likeness by one or more recognisers, curves.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { IdentityMeasure } from '../contract/hallucinations.ts'
import { readPairs } from '../datasets/pairs.ts'
import { faceFolder, facePairs, fingerprinted } from '../evaluation/faceFolder.ts'
import { csdFigure } from '../evaluation/figures.ts'
import {
  errorOf,
  measureHallucination,
  type FaceScores,
  type HallucinationResult,
  type TrueFace,
} from '../evaluation/hallucination.ts'
import { contentHash } from '../evaluation/protocol.ts'
import { createHallucinator, type Hallucinator } from '../faces/hallucinator.ts'
import { openSession } from '../runtime/session.ts'
import { writeAside } from './evaluateFiles.ts'
import { leakOf } from './evaluateLeak.ts'
import { declaredInference, openModel, type EvaluatedModel, type Network } from './evaluateModel.ts'

export interface HallucinatorRequest {
  readonly model: Network & { readonly trainedPeople: readonly string[] | null }
  /** Say whose face it is. */
  readonly judges: readonly EvaluatedModel[]
  readonly data: string
  readonly pairs: string
  readonly folds?: readonly number[] | undefined
  readonly resolutions: readonly number[]
  /** At most so many faces, evenly out of all of them. */
  readonly faces?: number | undefined
  readonly threads?: number | undefined
  readonly command: string
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number, what: string) => void
}

/** The faces that the folds name, each once, in the order of the list. */
async function facesOf(request: HallucinatorRequest) {
  const { pairs, data, folds, faces: most } = request
  let bytes: Uint8Array
  try {
    bytes = readFileSync(pairs)
  } catch (cause) {
    throw new UserFacingError('not-found', `There is no pairs file "${pairs}".`, { subject: pairs, cause })
  }
  const named = facePairs(readPairs(new TextDecoder().decode(bytes), path.basename(pairs)), folds)
  const who = new Map(named.flatMap((p) => [[p.first, p.subjects[0]] as const, [p.second, p.subjects[1]] as const]))
  const all = [...who]
  const step = Math.max(1, all.length / (most ?? all.length))
  const chosen = all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
  const { load, fingerprint } = fingerprinted(faceFolder(data))
  const faces: TrueFace[] = []
  for (const [key, person] of chosen) faces.push({ key: String(key), person, image: await load(key) })
  return { faces, fingerprint: fingerprint(), list: { name: path.basename(pairs), sha256: sha256(bytes) } }
}

export type HallucinatorRecord = Awaited<ReturnType<typeof evaluateHallucinator>>['record']

/** @throws UserFacingError where a file is not there or a model is none of its kind */
export async function evaluateHallucinator(request: HallucinatorRequest) {
  const { model, judges, resolutions, threads = 0, signal, progress } = request
  const started = performance.now()
  const { faces, fingerprint, list } = await facesOf(request)
  const closers: (() => Promise<void>)[] = []
  try {
    const session = await openSession(model.bytes, { threads })
    closers.push(() => session.release())
    const hallucinator: Hallucinator = createHallucinator(session, model.card)
    const opened: [string, Awaited<ReturnType<typeof openModel>>][] = []
    for (const judge of judges) {
      const one = await openModel(judge, { ...declaredInference(judge), second: null }, { provider: 'cpu', threads })
      closers.push(() => one.release())
      opened.push([judge.card.name, one])
    }
    const times: number[] = []
    const { results, scores } = await measureHallucination(faces, {
      resolutions,
      async make(enlarged, side) {
        const before = performance.now()
        const { image } = await hallucinator.run(enlarged, side)
        times.push(performance.now() - before)
        return image
      },
      // Pictures of full size go through the network that makes templates of gallery images.
      judges: Object.fromEntries(opened.map(([name, { embedders }]) => [name, embedders.gallery])),
      ...(signal ? { signal } : {}),
      progress: (done, total) => progress?.(done, total, 'faces made up'),
    })
    const leak = await leakOf([...new Set(faces.map((f) => f.person))], model.trainedPeople, null, signal)
    const content = {
      results,
      model: { name: model.card.name, sha256: model.card.sha256, parameters: model.card.parameters },
      judges: judges.map(({ card }) => ({ name: card.name, sha256: card.sha256 })),
      data: { images: fingerprint.images, fingerprint: fingerprint.sha256, pairs: list, folds: request.folds ?? null },
      leak,
    }
    return {
      record: {
        ...content,
        sha256: contentHash(content),
        command: request.command,
        /** Of the network alone, one face at a time. */
        medianMs: times.toSorted((a, b) => a - b)[times.length >> 1]!,
        seconds: Math.round((performance.now() - started) / 100) / 10,
        at: new Date().toISOString(),
      },
      scores,
    }
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/** What a card quotes. @param judge whose view; it should have had no part in the training @throws Error where it was not asked */
export const identityMeasures = (results: readonly HallucinationResult[], judge: string): IdentityMeasure[] =>
  results.map(({ resolution, faces, judged, hallucinated: pictures }) => {
    const view = judged[judge]
    if (!view) throw new Error(`${judge} was not asked; ${Object.keys(judged).join(', ')} were`)
    const { hallucinated, bicubic } = view
    return {
      resolution,
      faces,
      judge,
      error: errorOf(pictures.psnr.mean),
      nearerToOther: hallucinated.nearerToOther.mean,
      bicubicNearerToOther: bicubic.nearerToOther.mean,
      cosine: hallucinated.cosine.mean,
      bicubicCosine: bicubic.cosine.mean,
    }
  })

/** result.json and the cumulative curves of every measure as SVG and CSV. */
export function writeHallucinatorFiles(
  folder: string,
  record: HallucinatorRecord,
  scores: readonly FaceScores[],
): string[] {
  const named = ({ way, resolution }: FaceScores): string => `${way}, ${resolution} px`
  const judges = Object.keys(scores[0]?.cosine ?? {})
  const figures = [
    csdFigure(
      'csd-psnr',
      'PSNR (dB)',
      scores.map((s) => ({ name: named(s), scores: s.psnr })),
    ),
    csdFigure(
      'csd-ssim',
      'SSIM',
      scores.map((s) => ({ name: named(s), scores: s.ssim })),
    ),
    ...judges.map((judge, i) =>
      csdFigure(
        `csd-identity-${i + 1}`,
        `cosine to the true face by ${judge}`,
        scores.map((s) => ({ name: named(s), scores: s.cosine[judge]! })),
      ),
    ),
  ]
  const files: [string, string][] = [
    ['result.json', `${JSON.stringify(record, null, 2)}\n`],
    ...figures.flatMap((f): [string, string][] => [
      [`${f.name}.svg`, f.svg],
      [`${f.name}.csv`, f.csv],
    ]),
  ]
  writeAside(folder, files)
  return files.map(([name]) => name)
}
