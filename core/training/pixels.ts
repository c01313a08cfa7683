// Models with pixels of their own: how the recipe's network input becomes theirs.
import type { Recipe } from './recipe.ts'

/** x' = x · factor + offset, per channel. */
export interface Affine {
  readonly factor: readonly number[]
  readonly offset: readonly number[]
}

/** By model; those that take the recipe's own pixels are not in it. */
export function ownPixels({ models, pixels }: Pick<Recipe, 'models' | 'pixels'>): Map<string, Affine> {
  const own = new Map<string, Affine>()
  for (const [name, { pixels: theirs }] of Object.entries(models))
    if (theirs)
      own.set(name, {
        factor: pixels.scale.map((scale, c) => scale / theirs.scale[c]!),
        offset: pixels.mean.map((mean, c) => (mean - theirs.mean[c]!) / theirs.scale[c]!),
      })
  return own
}

/** Pixels [..., 3] in the model's own range; the same array where it has none. */
export const inRangeOf = (own: Affine | undefined, data: Float32Array): Float32Array =>
  own ? data.map((value, i) => value * own.factor[i % 3]! + own.offset[i % 3]!) : data
