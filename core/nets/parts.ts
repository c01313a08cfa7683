// Parts that several networks have in common.
import type { Builder } from './build.ts'
import { real, whole } from './config.ts'

/** Settings that every network has. */
export const commonSettings = {
  /** Multiplies every inner width; rounded to multiples of 8. */
  width: real(0.05, 4, 1),
  /** Side of the square input in pixels. */
  input: whole(16, 448, 112, 8),
}

/** A paper's channels times the width multiplier, as a multiple of 8 that is at least 8. */
export const widened = (channels: number, width: number): number => Math.max(8, Math.round((channels * width) / 8) * 8)

/** For names of graphs: what differs from the paper's network. */
export const suffix = (config: { width: number; input: number }, ...more: string[]): string =>
  [config.width === 1 ? '' : `x${config.width}`, config.input === 112 ? '' : `${config.input}px`, ...more]
    .map((part) => part && `-${part}`)
    .join('')

/** BN · dropout · flatten as PyTorch does · dense with bias · BN: how IR and LRFR networks end. */
export function denseHead(
  g: Builder,
  x: string,
  { embedding, dropout }: { embedding: number; dropout: number },
): string {
  const dropped = g.dropout('head/drop', g.batchNorm('head/norm', x), dropout)
  return g.batchNorm('head/embed', g.dense('head/dense', g.flatten('head/flat', dropped, 'chw'), { units: embedding }))
}
