// Verification at small sizes: pairs of faces at every resolution of a protocol, embedded once each, scored, summed up.
import { UserFacingError } from '../contract/errors.ts'
import { NO_SCORE, probeEmbed, scoreOf, secondFor, type Embedders } from './embedders.ts'
import { CLEAN, FACE_SIZE, asFace, lowResolution, type Copying } from './faceView.ts'
import { pairIntervals, type NamedPair, type PairIntervals } from './pairIntervals.ts'
import { createTemplateStore, insistOnSome, type FaceKey, type Load, type TemplateStore } from './templateStore.ts'
import {
  areaUnderRoc,
  binomialError,
  equalErrorRate,
  foldAccuracy,
  inHalves,
  tarAtFar,
  type FoldAccuracy,
  type ThresholdRule,
} from './verification.ts'

export interface FacePair {
  readonly first: FaceKey
  readonly second: FaceKey
  readonly same: boolean
  readonly fold: number
  /** Whose faces; one name twice for a pair of one person. */
  readonly subjects: readonly [string, string]
}
/** lr-hr: the first face of a pair is shrunk and is the probe. lr-lr: both are shrunk, and embedded as probes. */
export type PairMode = 'lr-hr' | 'lr-lr'

export interface VerifyOptions {
  /** Native sides in pixels; a side of 112 or more leaves the face as it is. */
  readonly resolutions: readonly number[]
  readonly mode?: PairMode
  /** 2: each pair counts twice, once with either face as the probe (lr-hr only). */
  readonly directions?: 1 | 2
  readonly copying?: Copying
  readonly threshold?: ThresholdRule
  readonly fars?: readonly number[]
  /** Bootstrap draws for the intervals; 0 leaves them out. */
  readonly resamples?: number
  readonly seed?: number
  readonly signal?: AbortSignal | undefined
  /** Embeddings made and to be made in all. */
  readonly progress?: (done: number, total: number) => void
}

export interface TarAtFar {
  readonly tar: number
  /** What was really accepted of the pairs of two people, at most the wished rate. */
  readonly far: number
  readonly threshold: number
}
export interface VerificationResult {
  readonly resolution: number
  readonly mode: PairMode
  /** 0..1, mean over folds; each fold has the threshold of the others. */
  readonly accuracy: number
  /** Standard error of the accuracy: over folds from five folds on, else binomial over pairs. */
  readonly se: number
  readonly seFrom: FoldAccuracy['errorFrom']
  readonly thresholdFrom: FoldAccuracy['thresholdFrom']
  readonly auc: number
  readonly eer: number
  /** By wished FAR, as a decimal: "0.01". */
  readonly tarAtFar: Readonly<Record<string, TarAtFar>>
  readonly folds: FoldAccuracy['folds']
  /** The best single threshold over all pairs: an upper bound. */
  readonly best: FoldAccuracy['best']
  readonly interval95: PairIntervals | null
  readonly pairs: { readonly same: number; readonly different: number }
  /** Comparisons without a score, because a face gave no template; they count as refused. */
  readonly failed: number
}
export interface Verified {
  readonly results: readonly VerificationResult[]
  /** Scores behind each result, for curves: in the order of the pairs, both directions next to each other. */
  readonly scores: ReadonlyMap<number, readonly NamedPair[]>
  readonly embedded: number
}

export const DEFAULT_FARS = [0.001, 0.01, 0.1] as const

interface Trial {
  readonly probe: FaceKey
  readonly reference: FaceKey
}
const trialsOf = ({ first, second }: FacePair, directions: 1 | 2): Trial[] =>
  directions === 1
    ? [{ probe: first, reference: second }]
    : [
        { probe: first, reference: second },
        { probe: second, reference: first },
      ]

/** Faces that one resolution needs, by view; the order in which they are embedded. */
function needs(
  embedders: Embedders,
  pairs: readonly FacePair[],
  side: number,
  o: Required<Pick<VerifyOptions, 'mode' | 'directions' | 'copying'>>,
) {
  const full = 'full'
  const nameOf = (copying: Copying): string =>
    side >= FACE_SIZE && copying.degraded === null
      ? full
      : [side, copying.down, copying.up, copying.degraded?.seed].join(' ')
  const trials = pairs.flatMap((pair) => trialsOf(pair, o.directions))
  const probes = trials.map((t) => t.probe)
  const references = trials.map((t) => t.reference)
  const small = nameOf(o.copying)
  const second = o.mode === 'lr-hr' ? secondFor(embedders, side) : null
  const probe = probeEmbed(embedders, Math.min(side, FACE_SIZE))
  const list = [{ embed: probe, view: small, copying: o.copying, side, faces: probes }]
  const reference = o.mode === 'lr-hr' ? { embed: embedders.gallery, view: full } : { embed: probe, view: small }
  if (o.mode === 'lr-hr') list.push({ ...reference, copying: CLEAN, side: FACE_SIZE, faces: references })
  else list.push({ ...reference, copying: o.copying, side, faces: references })
  const shrunk = { embed: embedders.probe, view: nameOf(CLEAN) }
  if (second) list.push({ ...shrunk, copying: CLEAN, side, faces: references })
  return { probe: { embed: probe, view: small }, reference, second, shrunk, list, keeps: full }
}

/** Distinct embeddings that all resolutions together will ask for. */
function count(
  embedders: Embedders,
  pairs: readonly FacePair[],
  sides: readonly number[],
  o: Parameters<typeof needs>[3],
): number {
  const seen = new Map<unknown, Set<string>>()
  for (const side of sides)
    for (const { embed, view, faces } of needs(embedders, pairs, side, o).list) {
      const kept = seen.get(embed) ?? new Set()
      seen.set(embed, kept)
      for (const face of faces) kept.add(`${view}|${face}`)
    }
  return [...seen.values()].reduce((sum, kept) => sum + kept.size, 0)
}

/**
 * Verifies pairs at each resolution. A single fold is halved (see `foldAccuracy`).
 * @param load aligned square faces; each is asked for once per view, in no particular order
 * @throws UserFacingError where pairs of one of the two kinds are missing, or nothing can be embedded
 */
export async function verifyPairs(
  embedders: Embedders,
  pairs: readonly FacePair[],
  load: Load,
  options: VerifyOptions,
): Promise<Verified> {
  if (!pairs.some((p) => p.same) || pairs.every((p) => p.same))
    throw new UserFacingError(
      'invalid-input',
      'Verification needs pairs of one person and pairs of two; see the pairs file.',
    )
  const { mode = 'lr-hr', copying = CLEAN, signal, progress } = options
  const settings = { mode, copying, directions: mode === 'lr-hr' ? (options.directions ?? 1) : 1 } as const
  const sides = [...new Set(options.resolutions)].toSorted((a, b) => a - b)
  const total = count(embedders, pairs, sides, settings)
  const store = createTemplateStore((made) => progress?.(made, total))
  const scores = new Map<number, NamedPair[]>()
  for (const side of sides) {
    const wanted = needs(embedders, pairs, side, settings)
    for (const { embed, view, faces, copying: how, side: r } of wanted.list)
      await store.need(
        embed,
        view,
        faces,
        async (key) => lowResolution(asFace(await load(key)), r, how, key, embedders.side),
        r,
        signal,
      )
    scores.set(side, score(store, pairs, wanted, settings.directions))
    for (const { view } of wanted.list) if (view !== wanted.keeps) store.forget(view)
  }
  insistOnSome(store)
  const results = sides.map((side) => summarise(scores.get(side)!, { ...options, ...settings, side }))
  return { results, scores, embedded: store.made }
}

function score(
  store: TemplateStore,
  pairs: readonly FacePair[],
  { probe, reference, second, shrunk }: ReturnType<typeof needs>,
  directions: 1 | 2,
): NamedPair[] {
  return pairs.flatMap((pair) =>
    trialsOf(pair, directions).map((trial) => ({
      same: pair.same,
      fold: pair.fold,
      subjects: pair.subjects,
      score: scoreOf(
        store.get(probe.embed, probe.view, trial.probe),
        store.get(reference.embed, reference.view, trial.reference),
        second,
        second ? store.get(shrunk.embed, shrunk.view, trial.reference) : null,
      ),
    })),
  )
}

/** All numbers of one resolution. */
function summarise(
  scored: readonly NamedPair[],
  o: VerifyOptions & { mode: PairMode; directions: 1 | 2; side: number },
): VerificationResult {
  const fars = o.fars ?? DEFAULT_FARS
  const single = new Set(scored.map((p) => p.fold)).size === 1
  // Both directions of a pair belong to one half.
  const halved = single ? inHalves(scored.filter((_, i) => i % o.directions === 0)) : null
  const pairs = halved ? scored.map((p, i) => ({ ...p, fold: halved[Math.floor(i / o.directions)]!.fold })) : scored
  const held = foldAccuracy(pairs, o.threshold)
  const same = pairs.filter((p) => p.same).length / o.directions
  const different = pairs.length / o.directions - same
  const resamples = o.resamples ?? 1000
  return {
    resolution: o.side,
    mode: o.mode,
    accuracy: held.accuracy,
    se: held.errorFrom === 'folds' ? held.standardError : binomialError(held.accuracy, same + different),
    seFrom: held.errorFrom,
    thresholdFrom: single ? 'halves' : 'folds',
    auc: areaUnderRoc(pairs),
    eer: equalErrorRate(pairs),
    tarAtFar: Object.fromEntries(
      fars.map((far) => {
        const { tar, realisedFar, threshold } = tarAtFar(pairs, far)
        return [String(far), { tar, far: realisedFar, threshold }]
      }),
    ),
    folds: held.folds,
    best: held.best,
    interval95: resamples > 0 ? pairIntervals(pairs, held.right, { fars, resamples, seed: o.seed ?? 1 }) : null,
    pairs: { same, different },
    failed: scored.filter((p) => p.score === NO_SCORE).length,
  }
}
