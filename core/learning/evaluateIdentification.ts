// Protocols of identification: probes in groups against a gallery, for all people, for drawn parts, and open-set.
import { identify, embedGallery } from '../evaluation/identify.ts'
import type { Outcome } from '../evaluation/identification.ts'
import { identificationResult, type IdentificationResult } from '../evaluation/identificationResult.ts'
import type { IdentificationProtocol } from '../evaluation/protocol.ts'
import { selectFaces, selectPeople, type Parts, type Selected } from '../evaluation/select.ts'
import type { Load } from '../evaluation/templateStore.ts'
import type { Closers, Contender, EvaluationRequest } from './evaluate.ts'
import { openFaces } from './evaluateData.ts'

/** Rank-1 over drawn parts of the people, one group at one resolution. */
export interface Drawn {
  readonly group: string
  readonly resolution: number | 'native'
  readonly count: number
  readonly mean: number
  /** Standard deviation over the draws. */
  readonly sd: number
}
interface Run {
  readonly results: readonly IdentificationResult[]
  /** Plain mean of the groups at each resolution, where there are several. */
  readonly averages: readonly { readonly resolution: number | 'native'; readonly accuracy: number }[]
  readonly draws: readonly Drawn[]
  readonly embedded: number
  readonly failed: number
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const rank1 = (outcomes: readonly (Outcome | null)[]): number => {
  const mated = outcomes.filter((o) => o !== null && o.rank !== null)
  return mated.filter((o) => o!.rank === 1).length / mated.length
}

async function runOne(
  { what, embedders }: Contender,
  request: EvaluationRequest,
  protocol: IdentificationProtocol,
  { faces, parts, load, resamples }: { faces: Selected; parts: Parts; load: Load; resamples: number },
): Promise<Run> {
  const probes = faces.groups.flatMap((g) => g.probes)
  const total = faces.gallery.length + probes.length * protocol.resolutions.length
  let embedded = 0
  const done = (made: number): void => {
    embedded += made
    request.progress?.(embedded, Math.max(total, embedded), `${what}: ${embedded} templates`)
  }
  const full = await embedGallery(embedders, faces.gallery, load, { signal: request.signal, done })
  const results: IdentificationResult[] = []
  const draws: Drawn[] = []
  let failed = 0
  for (const side of protocol.resolutions) {
    const all = [parts.closed, ...(parts.open ? [parts.open] : []), ...parts.draws]
    const found = await identify(embedders, probes, faces.gallery, full, load, {
      side,
      copying: { down: protocol.down, up: protocol.up, degraded: protocol.degraded },
      parts: all,
      signal: request.signal,
      done,
    })
    failed += found.failed
    let from = 0
    for (const { name, probes: some } of faces.groups) {
      const of = (part: number): Outcome[] =>
        found.outcomes[part]!.slice(from, from + some.length).filter((o): o is Outcome => o !== null)
      results.push(
        identificationResult(of(0), parts.open ? of(1) : null, {
          group: name,
          resolution: side,
          ranks: protocol.ranks,
          fpirs: protocol.fpirs,
          gallery: faces.gallery.filter((f) => parts.closed.gallery(f.subject)).length,
          resamples,
        }),
      )
      if (parts.draws.length > 0) {
        const values = parts.draws.map((_, k) => rank1(of(k + (parts.open ? 2 : 1))))
        const m = mean(values)
        const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1))
        draws.push({ group: name, resolution: side, count: values.length, mean: m, sd })
      }
      from += some.length
    }
  }
  const averages =
    faces.groups.length > 1
      ? protocol.resolutions.map((resolution) => ({
          resolution,
          accuracy: mean(results.filter((r) => r.resolution === resolution).map((r) => r.accuracy)),
        }))
      : []
  return { results, averages, draws, embedded, failed }
}

/** @param others baselines by name */
export async function evaluateIdentification(
  request: EvaluationRequest,
  protocol: IdentificationProtocol,
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
  const faces = selectFaces(dataset.samples, protocol)
  const parts = selectPeople(faces, protocol)
  const given = { faces, parts, load }
  const run = await runOne(main, request, protocol, { ...given, resamples: request.resamples ?? 1000 })
  const baselines: Record<string, Run['results']> = {}
  for (const [name, contender] of Object.entries(others))
    baselines[name] = (await runOne(contender, request, protocol, { ...given, resamples: 0 })).results
  const { images, sha256 } = fingerprint()
  const people = [...new Set([...faces.gallery, ...faces.groups.flatMap((g) => g.probes)].map((f) => f.subject))]
  return {
    kind: 'identification' as const,
    results: run.results,
    averages: run.averages,
    draws: run.draws,
    baselines,
    data: {
      images,
      identities: people.length,
      fingerprint: sha256,
      gallery: faces.gallery.length,
      distractors: faces.distractors,
      probes: faces.groups.reduce((sum, g) => sum + g.probes.length, 0),
      problems: dataset.problems.length,
      embedded: run.embedded,
      failed: run.failed,
    },
    people,
    faces: dataset,
    load,
  }
}
