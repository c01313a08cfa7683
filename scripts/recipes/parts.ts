// What the recipes of both papers are made of: terms, phases, and the two sizes in which every row exists.
import type { z } from 'zod'
import type { LossTerm, Phase, Recipe, ViewSpec } from '../../core/training/recipe.ts'

export type RecipeInput = z.input<typeof Recipe>
type PhaseInput = z.input<typeof Phase>
export type View = z.input<typeof ViewSpec>
export type Config = Record<string, number | string | boolean>

/** How large a row is: networks, faces, and for how long which steps are taken. */
export interface Scale {
  /** Side of the networks' input, and so of the largest face, in pixels. */
  readonly side: number
  /** Settings of every network of the row. */
  readonly config: Config
  readonly embedding: number
  readonly epochs: number
  readonly batch: number
  readonly rate: PhaseInput['rate']
  /** Stochastic gradient descent with momentum 0.9 unless it says Adam, which needs fewer steps. */
  readonly optimiser?: 'adam'
  /** Of the class heads. */
  readonly s: number
  readonly m: number
  /** How the first weights are made before anything is compared: large faces alone. Absent: random weights. */
  readonly start?: Pick<Scale, 'epochs' | 'rate'>
}

/** Divided by ten at some epochs. */
export const steps = (init: number, ...at: number[]): PhaseInput['rate'] => ({ kind: 'steps', init, at, factor: 0.1 })

/** One row of a table, in one size. */
export interface Row {
  /** File name without its folder and ending. */
  readonly file: string
  readonly build: (scale: Scale, small: boolean) => RecipeInput
  /** The papers' own size. */
  readonly paper: Scale
  readonly small: Scale
  /** Where the published numbers are. */
  readonly places: readonly Place[]
}
/** A table of resources/anchors.json, and a row of it from 1. */
export type Place = readonly [table: string, row: number]

/** Faces larger than the input are the input; weights of equal sizes add up. */
export function choices(weights: Readonly<Record<number, number>>, side: number): View['resolutions'] {
  const total = Object.values(weights).reduce((a, b) => a + b, 0)
  const sums = new Map<number, number>()
  for (const [r, weight] of Object.entries(weights)) {
    const size = Math.min(Number(r), side)
    sums.set(size, (sums.get(size) ?? 0) + weight)
  }
  return {
    kind: 'choices',
    choices: [...sums].filter(([, w]) => w > 0).map(([r, w]) => ({ r, p: Number((w / total).toFixed(4)) })),
  }
}

type Args = z.input<typeof LossTerm>['args']
export const term = (id: string, weight: number, fn: string, args: Args): z.input<typeof LossTerm> => ({
  id,
  weight,
  fn,
  args,
})

export const phase = (
  name: string,
  { epochs, batch, rate, optimiser }: Pick<Scale, 'epochs' | 'batch' | 'rate' | 'optimiser'>,
  decay: number,
  train: string[],
  terms: z.input<typeof LossTerm>[],
): PhaseInput => ({
  name,
  epochs,
  batch,
  steps: [{ train, terms }],
  optimiser: optimiser === 'adam' ? { kind: 'adam', decay } : { kind: 'sgd', momentum: 0.9, decay },
  rate,
})

/** @param role of the file that its first weights come from; random ones without it */
export const network = (name: string, config: Config, role?: string): RecipeInput['models'][string] => ({
  kind: 'network',
  network: name,
  config,
  ...(role === undefined ? {} : { initial: { from: 'package', role } }),
})
