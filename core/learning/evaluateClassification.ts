// Protocols of classification: the extractor frozen, a softmax layer trained on the training part, tested on the other.
import { UserFacingError } from '../contract/errors.ts'
import { classify } from '../evaluation/classify.ts'
import { embedProbes } from '../evaluation/embedders.ts'
import { FACE_SIZE, asFace, lowResolution, nativeSideOf } from '../evaluation/faceView.ts'
import { embedMatrix, type Matrix } from '../evaluation/matrix.ts'
import type { ClassificationProtocol } from '../evaluation/protocol.ts'
import { matches } from '../evaluation/select.ts'
import type { FaceKey } from '../evaluation/templateStore.ts'
import { binomialError } from '../evaluation/verification.ts'
import type { Closers, Contender, EvaluationRequest } from './evaluate.ts'
import { openFaces } from './evaluateData.ts'

export interface ClassificationResult {
  readonly resolution: number | 'native'
  /** Top-1 of the softmax layer, 0..1. */
  readonly accuracy: number
  /** Binomial over test pictures. */
  readonly se: number
  readonly nearestCentroid: number
  readonly classes: number
  readonly train: number
  readonly test: number
}

/** Training and test pictures alike are at the resolution: that is how the published numbers were made. */
export async function evaluateClassification(
  request: EvaluationRequest,
  protocol: ClassificationProtocol,
  main: Contender,
  others: Record<string, Contender>,
  closers: Closers,
) {
  const { dataset, load, fingerprint } = await openFaces(request.data, {
    ...(protocol.format ? { format: protocol.format } : {}),
    shape: protocol.shape === 'stretch' ? 'any' : 'square',
    ...(request.signal ? { signal: request.signal } : {}),
  })
  closers.push(() => dataset.close())
  const part = (filter: ClassificationProtocol['train']): number[] =>
    dataset.samples.flatMap((sample, i) => (matches(filter, sample) ? [i] : []))
  const training = part(protocol.train)
  const classes = [...new Set(training.map((i) => dataset.samples[i]!.identity))].toSorted()
  const numbers = new Map(classes.map((name, i) => [name, i]))
  const labelOf = (i: number): number => numbers.get(dataset.samples[i]!.identity) ?? -1
  const test = part(protocol.test).filter((i) => labelOf(i) >= 0)
  if (classes.length < 2 || test.length === 0)
    throw new UserFacingError(
      'invalid-input',
      `The protocol ${protocol.name} needs training pictures of at least two people and test pictures of them; see docs/evaluation.md for its layout.`,
    )
  const run = async ({ what, embedders }: Contender): Promise<ClassificationResult[]> => {
    const total = (training.length + test.length) * protocol.resolutions.length
    let made = 0
    const matrix = (keys: readonly number[], side: number | 'native'): Promise<Matrix> => {
      const sides = new Map<FaceKey, number>()
      return embedMatrix(
        (faces, some) =>
          embedProbes(
            embedders,
            faces,
            some.map((key) => sides.get(key)!),
          ),
        keys,
        async (key) => {
          const image = await load(key)
          const native = nativeSideOf(image)
          sides.set(key, side === 'native' ? native : Math.min(side, native))
          const copying = { down: protocol.down, up: protocol.up, degraded: protocol.degraded }
          if (side === 'native' && copying.degraded === null) return asFace(image, embedders.side)
          return lowResolution(asFace(image), side === 'native' ? FACE_SIZE : side, copying, key, embedders.side)
        },
        {
          signal: request.signal,
          done: (n) => request.progress?.((made += n), total, `${what}: ${made} of ${total} templates`),
        },
      )
    }
    const out: ClassificationResult[] = []
    for (const resolution of protocol.resolutions) {
      const { softmax, nearestCentroid } = classify(
        await matrix(training, resolution),
        Int32Array.from(training, labelOf),
        await matrix(test, resolution),
        Int32Array.from(test, labelOf),
        { classes: classes.length, seed: protocol.seed, signal: request.signal },
      )
      const accuracy = softmax.filter(Boolean).length / test.length
      out.push({
        resolution,
        accuracy,
        se: binomialError(accuracy, test.length),
        nearestCentroid: nearestCentroid.filter(Boolean).length / test.length,
        classes: classes.length,
        train: training.length,
        test: test.length,
      })
    }
    return out
  }
  const results = await run(main)
  const baselines: Record<string, readonly ClassificationResult[]> = {}
  for (const [name, contender] of Object.entries(others)) baselines[name] = await run(contender)
  const { images, sha256 } = fingerprint()
  return {
    kind: 'classification' as const,
    results,
    baselines,
    data: { images, identities: classes.length, fingerprint: sha256, problems: dataset.problems.length },
    people: classes,
    faces: dataset,
    load,
  }
}
