// Exact search: one probe template against every template of a gallery, through ONNX Runtime.
import { UserFacingError } from '../contract/errors.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { GalleryMatrix } from './gallery.ts'
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
  /** Rows per run; the default keeps one run near 32 MiB of templates. Results do not depend on it. */
  chunk?: number
}

export interface Scanner {
  /** e.g. "cpu". */
  readonly provider: string
  /**
   * Best rows by cosine, best first; equal scores by lower template id.
   * @param probe unit-length template of `gallery.dim` values
   * @throws UserFacingError 'wrong-model' where the lengths differ; the signal's reason when cancelled
   */
  scan(gallery: GalleryMatrix, probe: Float32Array, options: ScanOptions): Promise<Ranked[]>
  release(): Promise<void>
}

/** 2^23 float32 values = 32 MiB: big enough to hide the cost of a run, small enough to stream and to cancel. */
const CHUNK_VALUES = 2 ** 23

/** Opens the scan's session. @param threads 0 = one per core */
export async function openScanner(options: { threads?: number } = {}): Promise<Scanner> {
  const session = await openSession(scanModel(), options)
  return {
    provider: session.provider,
    scan: (gallery, probe, scanOptions) => scan(session, gallery, probe, scanOptions),
    release: () => session.release(),
  }
}

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
  const ranking = createRanking({ templateIds, subjectIds }, top, perSubject)
  const query = { dims: [dim, 1], data: probe }
  const step = Math.max(2, chunk)
  for (let first = 0; first < count; first += step) {
    signal?.throwIfAborted()
    const end = Math.min(first + step, count)
    // A single row would be summed in another order than the rows of a block, and equal templates would get scores
    // that differ in the last bit; so a lone last row is run together with the one before it.
    const from = end - first === 1 ? Math.max(0, first - 1) : first
    // A view, not a copy: the runtime reads the gallery's own memory.
    const data = vectors.subarray(from * dim, end * dim)
    const { scores } = await session.run({ gallery: { dims: [end - from, dim], data }, probe: query })
    ranking.offer(scores!.data.subarray(first - from), first)
    progress?.(end, count, () => ranking.best())
  }
  return ranking.best()
}
