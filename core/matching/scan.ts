// Exact search: one probe template against every template of a gallery, through ONNX Runtime.
import { UserFacingError } from '../contract/errors.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import { cosineWith } from './cosine.ts'
import { isUnit, UNIT_TOLERANCE, type GalleryMatrix } from './gallery.ts'
import { createRanking, type Ranked } from './rank.ts'
import { scanModel } from './scanModel.ts'

export interface ScanOptions {
  /** Rows wanted, >= 1; fewer come back where the gallery is smaller. */
  top: number
  /** 'best': one row per subject, its highest score. 'all': every template stands for itself. */
  perSubject: 'best' | 'all'
  signal?: AbortSignal
  /** After every chunk: rows compared, rows in all, and a function that gives the best rows so far. */
  progress?: (done: number, total: number, best: () => Ranked[]) => void
  /** Rows per run; the default keeps one run near 256 MiB of templates. Results do not depend on it. */
  chunk?: number
}

export interface Scanner {
  /** e.g. "cpu". */
  readonly provider: string
  /**
   * Best rows by cosine in float64, best first; equal scores by lower template id.
   * @param probe unit-length template of `gallery.dim` values
   * @throws UserFacingError 'wrong-model' where the lengths differ; the signal's reason when cancelled
   */
  scan(gallery: GalleryMatrix, probe: Float32Array, options: ScanOptions): Promise<Ranked[]>
  release(): Promise<void>
}

/**
 * 2^26 float32 values = 256 MiB, some 20 ms of work: small enough to stream and to cancel, and big enough for the threads
 * inside a run not to wait for each other often.
 */
const CHUNK_VALUES = 2 ** 26

/** Opens the scan's session. @param options.threads 0 = one per core */
export async function openScanner(options: { threads?: number } = {}): Promise<Scanner> {
  const session = await openSession(scanModel(), options)
  return {
    provider: session.provider,
    scan: (gallery, probe, scanOptions) => scan(session, gallery, probe, scanOptions),
    release: () => session.release(),
  }
}

/**
 * How far a score of the runtime may be from the cosine: its float32 sum of `dim` products is off by at most
 * dim * 2^-24 for unit vectors (Higham, Accuracy and Stability of Numerical Algorithms, 2002, eq. 3.5, with
 * Cauchy-Schwarz), and the two lengths are off by their tolerance.
 */
const errorBound = (dim: number): number => dim * 2 ** -24 + 3 * UNIT_TOLERANCE

async function scan(
  session: OnnxSession,
  { dim, count, vectors, templateIds, subjectIds }: GalleryMatrix,
  probe: Float32Array,
  { top, perSubject, signal, progress, chunk = Math.max(1024, Math.floor(CHUNK_VALUES / dim)) }: ScanOptions,
): Promise<Ranked[]> {
  if (probe.length !== dim)
    throw new UserFacingError(
      'wrong-model',
      `The probe’s template has ${probe.length} values and the gallery’s have ${dim}: they come from different models. Re-enrol the gallery.`,
    )
  if (!isUnit(probe))
    throw new UserFacingError('integrity', 'The probe’s template is not of unit length; make the template again.')
  // The runtime's sums differ in the last bits with a row's place in its block. They only choose which rows are worth
  // an exact look, with their error bound to spare; ranks and scores come from the float64 cosine.
  const exact = cosineWith(probe, vectors)
  const ranking = createRanking({ templateIds, subjectIds }, { top, perSubject, exact, margin: errorBound(dim) })
  signal?.throwIfAborted()
  const query = { dims: [dim, 1], data: probe }
  for (let first = 0; first < count; first += chunk) {
    const rows = Math.min(chunk, count - first)
    // A view, not a copy: the runtime reads the gallery's own memory.
    const data = vectors.subarray(first * dim, (first + rows) * dim)
    const { scores } = await session.run({ gallery: { dims: [rows, dim], data }, probe: query })
    signal?.throwIfAborted()
    ranking.offer(scores!.data, first)
    progress?.(first + rows, count, () => ranking.best())
  }
  return ranking.best()
}
