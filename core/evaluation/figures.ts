// The curves of the papers' figures from our numbers: each as an SVG and as a CSV of what is drawn.
import { cumulativeScores } from './fidelity.ts'
import { csv, svg, type Plot } from './plot.ts'
import type { Study } from './study.ts'
import { roc, type ScoredPair } from './verification.ts'

export interface Figure {
  /** File name without extension. */
  readonly name: string
  readonly svg: string
  readonly csv: string
}
type Rows = readonly (readonly (string | number)[])[]
const figure = (name: string, plot: Plot, header: readonly string[], rows: Rows): Figure => ({
  name,
  svg: svg(plot),
  csv: csv(header, rows),
})
type Scores = ReadonlyMap<number, readonly ScoredPair[]>

/** Vertices of a staircase: what lies on a straight line between its neighbours is left out. */
function corners<T extends { readonly far: number; readonly tar: number }>(points: readonly T[]): T[] {
  return points.filter((p, i) => {
    const [a, b] = [points[i - 1], points[i + 1]]
    if (!a || !b) return true
    return !((a.far === p.far && p.far === b.far) || (a.tar === p.tar && p.tar === b.tar))
  })
}
const curves = (scores: Scores) => [...scores].map(([px, pairs]) => ({ px, points: corners(roc(pairs)) }))
const pointRows = (of: ReturnType<typeof curves>): Rows =>
  of.flatMap(({ px, points }) => points.map((p) => [px, p.far, p.tar, p.threshold]))
const POINTS = ['resolution_px', 'far', 'tar', 'threshold']

/** Smallest rate of false accepts that pairs can show. */
const floorOf = (scores: Scores): number =>
  0.5 / Math.max(1, ...[...scores.values()].map((pairs) => pairs.filter((p) => !p.same).length))

/** True against false accepts; a FAR of 0 stands at the left edge. */
export function rocFigure(scores: Scores): Figure {
  const of = curves(scores)
  const least = floorOf(scores)
  const plot: Plot = {
    title: 'ROC',
    x: { label: 'false accept rate', scale: 'log', from: least, to: 1 },
    y: { label: 'true accept rate', from: 0, to: 1 },
    series: of.map(({ px, points }) => ({
      name: `${px} px`,
      points: points.map((p) => [Math.max(p.far, least), p.tar] as const),
    })),
  }
  return figure('roc', plot, POINTS, pointRows(of))
}

/** False rejects against false accepts, both axes logarithmic. */
export function detFigure(scores: Scores): Figure {
  const of = curves(scores)
  const least = floorOf(scores)
  const plot: Plot = {
    title: 'DET',
    x: { label: 'false accept rate', scale: 'log', from: least, to: 1 },
    y: { label: 'false reject rate', scale: 'log', from: least, to: 1 },
    series: of.map(({ px, points }) => ({
      name: `${px} px`,
      points: points.map((p) => [Math.max(p.far, least), Math.max(1 - p.tar, least)] as const),
    })),
  }
  return figure(
    'det',
    plot,
    [...POINTS.slice(0, 2), 'false_reject_rate', 'threshold'],
    pointRows(of).map(([px, far, tar, t]) => [px!, far!, 1 - Number(tar), t!]),
  )
}

/** One line over resolutions: the model, a baseline, or SSIM. Values 0..1. */
export interface OverResolution {
  readonly name: string
  readonly points: readonly (readonly [resolution: number, value: number])[]
}
/** Accuracy and SSIM against resolution (LRFR, figure 3a). */
export function resolutionFigure(lines: readonly OverResolution[]): Figure {
  const ticks = [...new Set(lines.flatMap((l) => l.points.map((p) => p[0])))].toSorted((a, b) => a - b)
  const shown = ticks.filter((t, i) => i === 0 || i === ticks.length - 1 || t / ticks[i - 1]! > 1.12)
  const plot: Plot = {
    title: 'Accuracy against resolution',
    x: { label: 'native side of the probe, px', scale: 'log', ticks: shown },
    y: { label: 'accuracy, SSIM (0..1)', to: 1 },
    series: lines.map((l) => ({ ...l, draw: 'marked' })),
  }
  return figure(
    'resolution',
    plot,
    ['name', 'resolution_px', 'value'],
    lines.flatMap((l) => l.points.map((p) => [l.name, ...p])),
  )
}

/** Share of probes with rank at most k. */
export function cmcFigure(curvesOf: readonly { readonly name: string; readonly cmc: readonly number[] }[]): Figure {
  const plot: Plot = {
    title: 'Cumulative match characteristic',
    x: { label: 'rank' },
    y: { label: 'share of probes with a mate at this rank or before', to: 1 },
    series: curvesOf.map(({ name, cmc }) => ({ name, points: cmc.map((v, i) => [i + 1, v] as const) })),
  }
  return figure(
    'cmc',
    plot,
    ['name', 'rank', 'share'],
    curvesOf.flatMap(({ name, cmc }) => cmc.map((v, i) => [name, i + 1, v])),
  )
}

/**
 * Sum of the norms of all parameters' gradients after one batch, against the resolution of that batch (LRFR, figure 3b).
 * The norms come from whoever can differentiate the network.
 */
export function gradientFigure(
  lines: readonly {
    readonly name: string
    readonly points: readonly { readonly resolution: number; readonly norm: number }[]
  }[],
): Figure {
  const plot: Plot = {
    title: 'Gradient norm against resolution',
    x: {
      label: 'native side of the batch, px',
      scale: 'log',
      ticks: [...new Set(lines.flatMap((l) => l.points.map((p) => p.resolution)))],
    },
    y: { label: 'sum of the L2 norms of parameter gradients', from: 0 },
    series: lines.map(({ name, points }) => ({
      name,
      points: points.map((p) => [p.resolution, p.norm] as const),
      draw: 'marked',
    })),
  }
  return figure(
    'gradient',
    plot,
    ['name', 'resolution_px', 'gradient_norm'],
    lines.flatMap(({ name, points }) => points.map((p) => [name, p.resolution, p.norm])),
  )
}

const BINS = 40
/** Histogram over the template's dimensions of mean |f_H - f_L| (LRFR, figure 6). */
export function errorFigure({ sizes, faces }: Study): Figure {
  const most = Math.max(1e-9, ...sizes.flatMap((s) => s.errors))
  const bins = sizes.map(({ resolution, errors }) => {
    const counts = new Array<number>(BINS).fill(0)
    for (const e of errors) counts[Math.min(BINS - 1, Math.floor((e / most) * BINS))]!++
    return { resolution, counts }
  })
  const plot: Plot = {
    title: `Error of the template's dimensions, ${faces} faces`,
    x: { label: 'mean |f at full size - f of the small copy|, templates of unit length', from: 0, to: most },
    y: { label: 'dimensions', from: 0 },
    series: bins.map(({ resolution, counts }) => ({
      name: `${resolution} px`,
      points: counts.flatMap((c, i) => [[(i / BINS) * most, c] as const, [((i + 1) / BINS) * most, c] as const]),
    })),
  }
  return figure(
    'errors',
    plot,
    ['resolution_px', 'dimension', 'mean_absolute_error'],
    sizes.flatMap((s) => s.errors.map((e, d) => [s.resolution, d, e])),
  )
}

/** More clouds of points hide each other. */
const MOST_CLOUDS = 3
/** Templates of the same faces at full size and small, on their two principal components (LRFR, figure 7). */
export function pcaFigure({ sizes, places, share }: Study): Figure {
  const few = sizes.filter((_, i) => i % Math.ceil(sizes.length / MOST_CLOUDS) === 0)
  const all = [
    { name: 'full size', points: places },
    ...few.map((s) => ({ name: `${s.resolution} px`, points: s.places })),
  ]
  const percent = (k: 0 | 1): string => `${(100 * share[k]).toFixed(1)} % of the variance`
  const plot: Plot = {
    title: 'Templates on their principal components',
    x: { label: `first component (${percent(0)})` },
    y: { label: `second component (${percent(1)})` },
    series: all.map((s) => ({ ...s, draw: 'dots' })),
  }
  return figure(
    'pca',
    plot,
    ['size', 'first', 'second'],
    all.flatMap(({ name, points }) => points.map((p) => [name, ...p])),
  )
}

/** Cumulative score distribution: the share of faces at or above each value; names as the legend has them. */
export function csdFigure(
  name: string,
  label: string,
  curves: readonly { readonly name: string; readonly scores: readonly number[] }[],
): Figure {
  const all = curves.flatMap(({ scores }) => scores).filter(Number.isFinite)
  const [from, to] = [all.reduce((a, b) => Math.min(a, b), Infinity), all.reduce((a, b) => Math.max(a, b), -Infinity)]
  const grid = Array.from({ length: 101 }, (_, i) => from + ((to - from) * i) / 100)
  const drawn = curves.map((curve) => ({ name: curve.name, shares: cumulativeScores(curve.scores, grid) }))
  const plot: Plot = {
    title: `Cumulative score distribution: ${label}`,
    x: { label, from, to },
    y: { label: 'share of faces at or above', from: 0, to: 1 },
    series: drawn.map(({ name, shares }) => ({ name, points: grid.map((x, i) => [x, shares[i]!] as const) })),
  }
  return figure(
    name,
    plot,
    ['curve', 'value', 'share'],
    drawn.flatMap(({ name, shares }) => grid.map((x, i) => [name, x, shares[i]!])),
  )
}
