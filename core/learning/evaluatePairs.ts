// Protocols of pairs: reads the pairs and the faces, and verifies them with each contender.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { readPairs } from '../datasets/pairs.ts'
import { faceFolder, facePairs, fingerprinted } from '../evaluation/faceFolder.ts'
import type { PairsProtocol } from '../evaluation/protocol.ts'
import { remembering, type Load } from '../evaluation/templateStore.ts'
import { verifyPairs, type FacePair, type Verified } from '../evaluation/verifyPairs.ts'
import type { Contender, EvaluationRequest } from './evaluate.ts'

interface PairsData {
  readonly pairs: readonly FacePair[]
  readonly load: Load
  /** What was read, for the record. */
  readonly pairsFile: { readonly name: string; readonly sha256: string; readonly folds: number }
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
  return {
    pairs: facePairs(read, request.folds),
    load: faceFolder(request.data),
    pairsFile: { name: path.basename(file), sha256: sha256(bytes), folds: read.folds.length },
  }
}

/** @param others baselines by name */
export async function evaluatePairs(request: EvaluationRequest, main: Contender, others: Record<string, Contender>) {
  const { protocol } = request
  const { pairs, load, pairsFile } = openFolder(request, protocol)
  const counted = fingerprinted(load)
  const faces = remembering(counted.load)
  const run = ({ what, embedders }: Contender): Promise<Verified> =>
    verifyPairs(embedders, pairs, faces, {
      resolutions: protocol.resolutions,
      mode: protocol.mode,
      directions: protocol.directions,
      copying: { down: protocol.down, up: protocol.up, degraded: protocol.degraded },
      threshold: protocol.threshold,
      fars: protocol.fars,
      ...(request.resamples === undefined ? {} : { resamples: request.resamples }),
      signal: request.signal,
      progress: (done, total) => request.progress?.(done, total, `${what}: ${done} of ${total} templates`),
    })
  const verified = await run(main)
  const beside: Record<string, Verified['results']> = {}
  for (const [name, contender] of Object.entries(others)) beside[name] = (await run(contender)).results
  const fingerprint = counted.fingerprint()
  return {
    results: verified.results,
    baselines: beside,
    data: {
      images: fingerprint.images,
      identities: new Set(pairs.flatMap((p) => p.subjects)).size,
      fingerprint: fingerprint.sha256,
      pairs: { ...pairsFile, evaluated: pairs.length, ...(request.folds ? { only: request.folds } : {}) },
      embedded: verified.embedded,
    },
    curves: { scores: verified.scores },
  }
}
