// Two kinds of pixels that must never be mixed up: those of the original and those of the screen.
import type { Point } from '../../../core/contract/common.ts'

declare const unit: unique symbol
/** A length or coordinate in pixels of the oriented original; pixel centres lie at +0.5. */
export type ProbePx = number & { readonly [unit]: 'ProbePx' }
/** A length or coordinate in CSS pixels, measured from a view's top left corner. */
export type ScreenPx = number & { readonly [unit]: 'ScreenPx' }

export interface ProbePoint {
  readonly x: ProbePx
  readonly y: ProbePx
}
export interface ScreenPoint {
  readonly x: ScreenPx
  readonly y: ScreenPx
}

export const probePx = (value: number): ProbePx => value as ProbePx
export const screenPx = (value: number): ScreenPx => value as ScreenPx
export const probePoint = (x: number, y: number): ProbePoint => ({ x: x as ProbePx, y: y as ProbePx })
export const screenPoint = (x: number, y: number): ScreenPoint => ({ x: x as ScreenPx, y: y as ScreenPx })
/** The contract's points are in pixels of the original: this says so to the compiler. */
export const fromContract = (point: Point): ProbePoint => point as ProbePoint
