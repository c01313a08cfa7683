// An evaluation as a Markdown report: our numbers, the baselines, and the published rows beside them with the difference.
import { besideAnchors, type AnchorTable, type Beside, type Comparable } from '../evaluation/anchors.ts'
import { dipSentence, type SizedAccuracy } from '../evaluation/dips.ts'
import type { EvaluationOutcome } from './evaluate.ts'
import type { EvaluationRecord } from './evaluationRecord.ts'

const percent = (share: number): string => (100 * share).toFixed(2)
const plusMinus = (r: { accuracy: number; se: number }): string => `${percent(r.accuracy)} ± ${percent(r.se)}`
const between = (bounds: readonly [number, number] | undefined): string =>
  bounds ? bounds.map(percent).join(' – ') : ''
const row = (cells: readonly string[]): string =>
  `| ${cells.map((c) => c.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n')

/** Results as anchors are compared with, the mean of groups as a group of its own. */
export function comparable(outcome: EvaluationOutcome): Comparable[] {
  const means = outcome.kind === 'identification' ? outcome.averages.map((a) => ({ ...a, group: 'mean' })) : []
  return [...outcome.results, ...means]
}

function results(outcome: EvaluationOutcome): string {
  const others = Object.keys(outcome.baselines)
  const beside = (i: number): string[] => others.map((name) => percent(outcome.baselines[name]![i]!.accuracy))
  const heads = others.map((name) => `${name} %`)
  switch (outcome.kind) {
    case 'pairs': {
      const fars = Object.keys(outcome.results[0]?.tarAtFar ?? {})
      return table(
        ['px', 'accuracy %', '95 %', 'AUC', 'EER %', ...fars.map((far) => `TAR % at FAR ${far} (realised)`), ...heads],
        outcome.results.map((r, i) => [
          String(r.resolution),
          plusMinus(r),
          between(r.interval95?.accuracy),
          r.auc.toFixed(4),
          percent(r.eer),
          ...fars.map((far) => `${percent(r.tarAtFar[far]!.tar)} (${r.tarAtFar[far]!.far.toFixed(4)})`),
          ...beside(i),
        ]),
      )
    }
    case 'identification': {
      const ranks = Object.keys(outcome.results[0]?.rank ?? {})
      const fpirs = Object.keys(outcome.results.find((r) => r.openSet)?.openSet ?? {})
      return table(
        [
          'group',
          'px',
          ...ranks.map((k) => `rank-${k} %`),
          '95 % of rank-1',
          'mAP %',
          ...fpirs.map((f) => `FNIR % at FPIR ${f} (realised)`),
          ...heads,
        ],
        outcome.results.map((r, i) => [
          r.group,
          String(r.resolution),
          ...ranks.map((k) => (k === '1' ? plusMinus(r) : percent(r.rank[k]!))),
          between(r.interval95?.accuracy),
          percent(r.map),
          ...fpirs.map((f) =>
            r.openSet?.[f] ? `${percent(r.openSet[f].fnir)} (${r.openSet[f].fpir.toFixed(4)})` : '',
          ),
          ...beside(i),
        ]),
      )
    }
    case 'classification':
      return table(
        ['px', 'top-1 %', 'nearest centroid %', ...heads],
        outcome.results.map((r, i) => [String(r.resolution), plusMinus(r), percent(r.nearestCentroid), ...beside(i)]),
      )
  }
}

function published(beside: readonly Beside[]): string[] {
  return [...new Set(beside.map((b) => b.table))].flatMap((id) => {
    const columns = beside.filter((b) => b.table === id)
    const names = [...new Set(columns.flatMap((c) => c.rows.map((r) => r.name)))]
    const first = columns[0]!
    return [
      `### Table ${id}: ${first.what}`,
      '',
      `${first.paper}. ${first.differs}`,
      '',
      table(
        ['published row', ...columns.flatMap((c) => [c.column, 'ours', 'difference'])],
        names.map((name) => [
          name,
          ...columns.flatMap((c) => {
            const theirs = c.rows.find((r) => r.name === name)?.theirs
            return theirs === undefined
              ? ['', '', '']
              : [theirs.toFixed(2), c.ours.toFixed(2), `${c.ours >= theirs ? '+' : ''}${(c.ours - theirs).toFixed(2)}`]
          }),
        ]),
      ),
      '',
    ]
  })
}

/** Where consecutive sizes were asked for: whether accuracy dips between them; a sentence for each group of probes. */
export function dipSentences({ results }: Pick<EvaluationOutcome, 'results'>): string[] {
  const groups = new Map<string, SizedAccuracy[]>()
  for (const r of results) {
    const group = 'group' in r && r.group !== 'all' ? r.group : ''
    groups.set(group, [...(groups.get(group) ?? []), r])
  }
  return [...groups].flatMap(([group, some]) => dipSentence(some, group) ?? [])
}

/** How the standard errors and thresholds came about. */
function remarks(outcome: EvaluationOutcome): string {
  if (outcome.kind !== 'pairs') return '± is the binomial standard error over probes; intervals are by identity.'
  const r = outcome.results[0]
  const folds =
    r?.thresholdFrom === 'halves'
      ? 'The only fold is halved, and each half has the threshold of the other.'
      : 'Each fold has the threshold of the others.'
  const error =
    r?.seFrom === 'folds' ? '± is the standard error over folds' : '± is the binomial standard error over pairs'
  const drawn = r?.interval95 ? `; intervals by identity, drawn ${r.interval95.resamples} times` : ''
  return `${folds} ${error}${drawn}. Rates of false accepts are as they were realised, never interpolated.`
}

/** @param figures names of the curves beside the report @param tables published numbers */
export function report(
  record: EvaluationRecord,
  outcome: EvaluationOutcome,
  figures: readonly string[],
  tables: readonly AnchorTable[],
): string {
  const { model, protocol, data, leak, machine } = record
  const beside = besideAnchors(protocol, comparable(outcome), tables)
  const { flip, probe, second } = model.inference
  const inference = [
    flip ? 'face and mirror image' : 'face alone',
    model.gallery ? `references by ${model.gallery.name}` : 'one network',
    ...(probe ? [`probes above ${probe.upTo} px by it, too`] : []),
    ...(model.hallucinator ? [`small probes as ${model.hallucinator.name} makes them up`] : []),
    second ? `second score up to ${second.upTo} px, weight ${second.weight}` : 'one score',
  ].join('; ')
  const extra =
    outcome.kind === 'identification'
      ? [
          ...outcome.averages.map((a) => `Mean of the groups at ${a.resolution}: ${percent(a.accuracy)} %.`),
          ...outcome.draws.map(
            (d) =>
              `${d.group}, ${d.count} drawn parts of the people: ${percent(d.mean)} ± ${percent(d.sd)} % (standard deviation).`,
          ),
        ]
      : []
  return [
    `# ${model.name} on ${protocol.title}`,
    '',
    table(
      ['', ''],
      [
        [
          'model',
          `${model.name}, SHA-256 ${model.sha256}${model.parameters ? `, ${model.parameters} parameters` : ''}`,
        ],
        ['inference', inference],
        ['trained on', model.trainedOn],
        ['protocol', `${protocol.name}, content hash ${protocol.sha256}. ${protocol.source}`],
        ['data', `${data.images} pictures of ${data.identities} people, fingerprint ${data.fingerprint}`],
        ['leak', leak.says],
        ['command', `\`${record.command}\``],
        [
          'machine',
          `${machine.device}, ${machine.provider}, ${machine.threads} threads, ${machine.runtime}, Node ${machine.node}, ${record.seconds} s`,
        ],
        ['result', `content hash ${record.sha256}, ${record.at}`],
      ],
    ),
    '',
    '## Results',
    '',
    results(outcome),
    '',
    remarks(outcome),
    ...extra,
    ...dipSentences(outcome),
    '',
    '## Beside published numbers',
    '',
    ...(beside.length > 0
      ? [
          `Ours minus theirs, in points of per cent. Ours are ${data.images} pictures of ${data.identities} people, theirs the whole set; networks and training data differ, as each table says.`,
          '',
          ...published(beside),
        ]
      : ['No published table was made with this protocol at these sizes.', '']),
    ...(figures.length > 0
      ? ['## Curves', '', ...figures.map((name) => `![${name}](${name}.svg) [${name}.csv](${name}.csv)`), '']
      : []),
  ].join('\n')
}
