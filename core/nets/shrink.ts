// A network without weights between two others: makes a picture smaller, so that the second sees its own size.
import { build } from './build.ts'
import { readConfig, whole, type ConfigOf } from './config.ts'
import type { Graph } from './graph.ts'

export const shrinkSettings = {
  /** Side of the picture that comes in. */
  size: whole(8, 1024, 224),
  /** How many times smaller it becomes. */
  factor: whole(2, 16, 2),
}

/** Mean of each factor x factor square; tap `image`. @throws UserFacingError 'invalid-input' for settings out of range */
export function shrink(given: Partial<ConfigOf<typeof shrinkSettings>> = {}): Graph {
  const { size, factor } = readConfig('shrink', shrinkSettings, given)
  const g = build(`shrink-${factor}`)
  return g.done({ image: g.avgPool('image', g.input([size, size, 3]), { kernel: factor }) })
}
