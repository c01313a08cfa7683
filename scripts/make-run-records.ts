// Keeps what is worth keeping of finished training runs: their losses, validations and curves, as CSV and SVG.
//
//   VESTIGE_RUNS=<folder of runs> node scripts/make-run-records.ts vestige-s vestige-s-long …      (into resources/runs)
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { resource } from '../core/base/root.ts'
import { csv, svg } from '../core/evaluation/plot.ts'
import type { RunEvent } from '../core/training/events.ts'

/** Steps that become one line. */
const WINDOW = 20
type Step = Extract<RunEvent, { kind: 'step' }>

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const short = (v: string | number): string | number => (typeof v === 'number' ? Number(v.toPrecision(6)) : v)

/** A second sitting repeats the steps since the last checkpoint; the later ones count. */
function stepsOf(events: readonly RunEvent[]): Step[] {
  const steps = new Map<string, Step>()
  for (const event of events) if (event.kind === 'step') steps.set(`${event.phase} ${event.step}`, event)
  return [...steps.values()]
}

function record(run: string): void {
  const lines = readFileSync(path.join(process.env['VESTIGE_RUNS'] ?? 'runs', run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const events = lines.map((line) => JSON.parse(line) as RunEvent)
  const steps = stepsOf(events)
  const terms = Object.keys(steps[0]!.terms)
  const windows = Array.from({ length: Math.ceil(steps.length / WINDOW) }, (_, i) =>
    steps.slice(i * WINDOW, (i + 1) * WINDOW),
  )
  const rows = windows.map((some) => [
    some.at(-1)!.phase,
    some.at(-1)!.step,
    ...[(s: Step) => s.loss, ...terms.map((t) => (s: Step) => s.terms[t]!), (s: Step) => s.gradientNorm].map((of) =>
      mean(some.map(of)),
    ),
    some.at(-1)!.rate,
    median(some.map((s) => s.msPerView)),
  ])
  const validations = events.filter((event) => event.kind === 'validation')
  const names = Object.keys(validations[0]?.values ?? {})
  const folder = resource('runs', run)
  mkdirSync(folder, { recursive: true })
  const head = ['phase', 'step', 'loss', ...terms, 'gradient norm', 'learning rate', 'ms per view (median)']
  writeFileSync(
    path.join(folder, 'log.csv'),
    csv(
      head,
      rows.map((row) => row.map(short)),
    ),
  )
  writeFileSync(
    path.join(folder, 'validation.csv'),
    csv(
      ['phase', 'step', ...names],
      validations.map((v) => [v.phase, v.step, ...names.map((n) => short(v.values[n]!))]),
    ),
  )
  const curve = (name: string, at: number) => ({
    name,
    points: rows.map((row) => [row[1] as number, row[at] as number] as const),
  })
  writeFileSync(
    path.join(folder, 'loss.svg'),
    svg({
      title: `${run}: means of ${WINDOW} steps`,
      x: { label: 'step' },
      y: { label: 'loss term', from: 0 },
      series: terms.map((name, i) => curve(name, 3 + i)),
    }),
  )
  process.stdout.write(`${run}: ${steps.length} steps, ${validations.length} validations\n`)
}

for (const run of process.argv.slice(2)) record(run)
