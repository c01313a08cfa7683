// Writes what an evaluation found into a folder: the record, the report, and each curve as SVG and CSV.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import { readAnchors } from '../evaluation/anchors.ts'
import { FACE_SIZE } from '../evaluation/faceView.ts'
import {
  cmcFigure,
  detFigure,
  errorFigure,
  pcaFigure,
  resolutionFigure,
  rocFigure,
  type Figure,
  type OverResolution,
} from '../evaluation/figures.ts'
import { study } from '../evaluation/study.ts'
import type { Contender, Evaluated, EvaluationOutcome } from './evaluate.ts'
import { gradientCurve } from './evaluateGradients.ts'
import type { Network } from './evaluateModel.ts'
import { report } from './evaluateReport.ts'
import type { Result } from './evaluationRecord.ts'

export interface FilesOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?: (done: number, total: number, what: string) => void
  /** Also the curve of gradient norms of this network, which takes minutes. */
  readonly gradientsOf?: Network | undefined
  /** Told why a curve that was asked for is not there. */
  readonly note?: (sentence: string) => void
}

/** Lines of accuracy over numeric resolutions: the model's groups, and its baselines. */
function lines(name: string, outcome: EvaluationOutcome): OverResolution[] {
  const all: [string, readonly Result[]][] = [[name, outcome.results], ...Object.entries(outcome.baselines)]
  return all.flatMap(([label, results]) => {
    const groups = Map.groupBy(results, (r) => ('group' in r && r.group !== 'all' ? `${label}, ${r.group}` : label))
    return [...groups].map(([title, some]) => ({
      name: title,
      points: some.flatMap((r) => (typeof r.resolution === 'number' ? [[r.resolution, r.accuracy] as const] : [])),
    }))
  })
}

/** Curves of an evaluation; those over resolutions only where there are some. */
export async function figuresOf(
  { record, outcome }: Evaluated,
  main: Contender,
  options: FilesOptions,
): Promise<Figure[]> {
  const out: Figure[] = []
  if (outcome.kind === 'pairs') out.push(rocFigure(outcome.scores), detFigure(outcome.scores))
  if (outcome.kind === 'identification')
    out.push(
      cmcFigure(
        outcome.results.map((r) => ({
          name:
            [r.group === 'all' ? '' : r.group, r.resolution === 'native' ? '' : `${r.resolution} px`]
              .filter(Boolean)
              .join(', ') || 'all',
          cmc: r.cmc,
        })),
      ),
    )
  if (options.gradientsOf) {
    const sides = [...new Set(record.protocol.resolutions)].flatMap((r) => (r === 'native' ? [] : [r]))
    const made = await gradientCurve(
      options.gradientsOf,
      outcome.faces,
      sides.toSorted((a, b) => a - b),
      options,
    )
    if (typeof made === 'string') options.note?.(made)
    else out.push(made)
  }
  const small = [...new Set(record.protocol.resolutions)].filter((r) => typeof r === 'number' && r < FACE_SIZE)
  if (small.length === 0) return out
  const { faces } = outcome
  const found = await study(
    main.embedders,
    faces.samples.map((_, i) => i),
    (i) => faces.decode(Number(i)),
    (small as number[]).toSorted((a, b) => a - b),
    { signal: options.signal, progress: (done, total) => options.progress?.(done, total, 'curves') },
  )
  const likeness = { name: 'SSIM to full size', points: found.sizes.map((s) => [s.resolution, s.ssim] as const) }
  out.push(resolutionFigure([...lines(record.model.name, outcome), likeness]), errorFigure(found), pcaFigure(found))
  return out
}

/** Record, report and curves. @throws UserFacingError */
export async function writeFiles(
  folder: string,
  evaluated: Evaluated,
  main: Contender,
  options: FilesOptions,
): Promise<string[]> {
  const figures = await figuresOf(evaluated, main, options)
  const { record, outcome } = evaluated
  const files: [string, string][] = [
    ['result.json', `${JSON.stringify(record, null, 2)}\n`],
    [
      'report.md',
      report(
        record,
        outcome,
        figures.map((f) => f.name),
        readAnchors(),
      ),
    ],
    ...figures.flatMap((f): [string, string][] => [
      [`${f.name}.svg`, f.svg],
      [`${f.name}.csv`, f.csv],
    ]),
  ]
  writeAside(folder, files)
  return files.map(([name]) => name)
}

/** Each file is written aside and then renamed, so that none is half there. @throws UserFacingError */
export function writeAside(folder: string, files: readonly (readonly [name: string, content: string])[]): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const [name, content] of files) {
      const file = path.join(folder, name)
      writeFileSync(`${file}.part`, content)
      renameSync(`${file}.part`, file)
    }
  } catch (cause) {
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new UserFacingError(
      full ? 'disk-full' : 'forbidden',
      `The results cannot be written to "${folder}"${full ? ': the disk is full' : ''}. Choose another folder with --out.`,
      { subject: folder, cause },
    )
  }
}
