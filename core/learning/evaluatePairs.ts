// Protocols of pairs: reads the pairs and the faces, and verifies them with each contender.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { readPairs } from '../datasets/pairs.ts'
import { faceFolder, facePairs, fingerprinted } from '../evaluation/faceFolder.ts'
import { packPairs } from '../evaluation/packPairs.ts'
import type { PairsProtocol } from '../evaluation/protocol.ts'
import { remembering, type Load } from '../evaluation/templateStore.ts'
import { verifyPairs, type FacePair, type Verified } from '../evaluation/verifyPairs.ts'
import type { Closers, Contender, EvaluationRequest } from './evaluate.ts'
import { findPack, openFaces } from './evaluateData.ts'

interface PairsData {
  readonly pairs: readonly FacePair[]
  readonly load: Load
  readonly fingerprint: () => { images: number; sha256: string }
  /** What was read, for the record. */
  readonly file: { readonly name: string; readonly sha256?: string; readonly folds: number }
  readonly close: () => Promise<void>
}

/** The pairs file that was named, else the protocol's in the folder of faces, else beside it. */
function pairsPath(request: EvaluationRequest, protocol: PairsProtocol): string {
  const tries = request.pairs
    ? [request.pairs]
    : [path.join(request.data, protocol.pairs), path.join(path.dirname(path.resolve(request.data)), protocol.pairs)]
  const found = tries.find((file) => existsSync(file))
  if (!found)
    throw new UserFacingError(
      'not-found',
      request.pairs
        ? `There is no pairs file "${request.pairs}".`
        : `There is no ${protocol.pairs} in "${request.data}" or beside it; name the pairs file with --pairs.`,
      { subject: tries[0]! },
    )
  return found
}

function openFolder(request: EvaluationRequest, protocol: PairsProtocol): PairsData {
  const file = pairsPath(request, protocol)
  const bytes = readFileSync(file)
  const read = readPairs(bytes.toString('utf8'), path.basename(file))
  const { load, fingerprint } = fingerprinted(faceFolder(request.data))
  return {
    pairs: facePairs(read, request.folds),
    load: remembering(load),
    fingerprint,
    file: { name: path.basename(file), sha256: sha256(bytes), folds: read.folds.length },
    close: () => Promise.resolve(),
  }
}

async function openPack(request: EvaluationRequest, protocol: PairsProtocol): Promise<PairsData> {
  const file = findPack(request.data, protocol.name)
  const { dataset, load, fingerprint } = await openFaces(file, {
    ...(request.signal ? { signal: request.signal } : {}),
  })
  if (!dataset.pairs)
    throw new UserFacingError('invalid-input', `"${file}" has no pairs; a verification pack says which are the same.`, {
      subject: file,
    })
  const pairs = await packPairs(dataset, protocol.packFolds, {
    signal: request.signal,
    progress: (done, total) => request.progress?.(done, total, 'reading the pack'),
  })
  const { folds } = request
  return {
    pairs: folds ? pairs.filter((p) => folds.includes(p.fold + 1)) : pairs,
    load,
    fingerprint,
    file: { name: path.basename(file), folds: protocol.packFolds },
    close: () => dataset.close(),
  }
}

/** Everyone in the pairs, and their faces as an audit takes them. */
function peopleAndFaces({ pairs, load }: PairsData) {
  const who = new Map(pairs.flatMap((p) => [[p.first, p.subjects[0]] as const, [p.second, p.subjects[1]] as const]))
  const keys = [...who.keys()]
  const samples = keys.map((key) => ({ identity: who.get(key)!, name: String(key) }))
  const people = [...new Set(who.values())]
  return { people, faces: { samples, identities: people, decode: (i: number) => load(keys[i]!) } }
}

/** @param others baselines by name */
export async function evaluatePairs(
  request: EvaluationRequest,
  protocol: PairsProtocol,
  main: Contender,
  others: Record<string, Contender>,
  closers: Closers,
) {
  const data = protocol.layout === 'pack' ? await openPack(request, protocol) : openFolder(request, protocol)
  closers.push(data.close)
  const run = ({ what, embedders }: Contender, resamples = request.resamples): Promise<Verified> =>
    verifyPairs(embedders, data.pairs, data.load, {
      resolutions: protocol.resolutions,
      mode: protocol.mode,
      directions: protocol.directions,
      copying: { down: protocol.down, up: protocol.up, degraded: protocol.degraded },
      threshold: protocol.threshold,
      fars: protocol.fars,
      ...(resamples === undefined ? {} : { resamples }),
      signal: request.signal,
      progress: (done, total) => request.progress?.(done, total, `${what}: ${done} of ${total} templates`),
    })
  const verified = await run(main)
  const baselines: Record<string, Verified['results']> = {}
  for (const [name, contender] of Object.entries(others)) baselines[name] = (await run(contender, 0)).results
  const fingerprint = data.fingerprint()
  return {
    kind: 'pairs' as const,
    results: verified.results,
    baselines,
    data: {
      images: fingerprint.images,
      identities: new Set(data.pairs.flatMap((p) => p.subjects)).size,
      fingerprint: fingerprint.sha256,
      pairs: { ...data.file, evaluated: data.pairs.length, ...(request.folds ? { only: request.folds } : {}) },
      embedded: verified.embedded,
    },
    scores: verified.scores,
    load: data.load,
    pairs: data.pairs,
    ...peopleAndFaces(data),
  }
}
