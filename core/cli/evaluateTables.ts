// An evaluation as lines for a terminal: one table for each kind of protocol.
import type { EvaluationOutcome } from '../learning/evaluate.ts'
import { table } from './terminal.ts'

const percent = (share: number): string => (100 * share).toFixed(2)
const range = (bounds: readonly [number, number] | undefined): string => (bounds ? bounds.map(percent).join('-') : '')

export function resultTable(outcome: EvaluationOutcome): string[] {
  const others = Object.keys(outcome.baselines)
  const beside = (i: number): string[] => others.map((name) => percent(outcome.baselines[name]![i]!.accuracy))
  const headings = others.map((name) => `${name} %`)
  switch (outcome.kind) {
    case 'pairs':
      return table(
        ['px', 'accuracy %', '±', '95 %', 'AUC', 'EER %', 'TAR % at FAR (realised)', ...headings],
        outcome.results.map((r, i) => [
          String(r.resolution),
          percent(r.accuracy),
          percent(r.se),
          range(r.interval95?.accuracy),
          r.auc.toFixed(4),
          percent(r.eer),
          Object.entries(r.tarAtFar)
            .map(([far, t]) => `${percent(t.tar)} at ${far} (${t.far.toFixed(4)})`)
            .join(', '),
          ...beside(i),
        ]),
      )
    case 'identification':
      return [
        ...table(
          ['group', 'px', 'rank-1 %', '±', '95 %', 'rank-k %', 'mAP %', 'FNIR % at FPIR (realised)', ...headings],
          outcome.results.map((r, i) => [
            r.group,
            String(r.resolution),
            percent(r.accuracy),
            percent(r.se),
            range(r.interval95?.accuracy),
            Object.entries(r.rank)
              .filter(([k]) => k !== '1')
              .map(([k, share]) => `${k}: ${percent(share)}`)
              .join(', '),
            percent(r.map),
            Object.entries(r.openSet ?? {})
              .map(([fpir, o]) => `${percent(o.fnir)} at ${fpir} (${o.fpir.toFixed(4)})`)
              .join(', '),
            ...beside(i),
          ]),
        ),
        ...outcome.averages.map((a) => `Mean of the groups at ${a.resolution}: ${percent(a.accuracy)} %`),
        ...outcome.draws.map(
          (d) => `${d.group} over ${d.count} drawn parts of the people: ${percent(d.mean)} ± ${percent(d.sd)} % (sd)`,
        ),
      ]
    case 'classification':
      return table(
        ['px', 'top-1 %', '±', 'nearest centroid %', 'people', 'training', 'test', ...headings],
        outcome.results.map((r, i) => [
          String(r.resolution),
          percent(r.accuracy),
          percent(r.se),
          percent(r.nearestCentroid),
          String(r.classes),
          String(r.train),
          String(r.test),
          ...beside(i),
        ]),
      )
  }
}
