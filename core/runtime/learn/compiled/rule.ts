// What it takes to draw an operation of a network in TensorFlow's own graph, forwards and backwards.
import type { Node, Op, Shape } from '../../../nets/graph.ts'
import type { Drawing } from './drawing.ts'
import type { Attribute } from './graphDef.ts'

/** A value of the network: its name in the drawing and its dimensions, batch included. */
export interface Value {
  readonly name: string
  readonly dims: readonly number[]
}
export interface Forward<K extends Op> {
  readonly draw: Drawing
  readonly node: Node<K>
  readonly inputs: readonly Value[]
  readonly output: Shape
  readonly batch: number
  /** A weight by its role, e.g. 'filter'. */
  weight(role: string): Value
  /** Statistics of a batch normalisation: mean, and variance with Bessel's correction. */
  statistics(mean: string, unbiased: string): void
}
export interface Backward<K extends Op> extends Omit<Forward<K>, 'output' | 'statistics'> {
  readonly y: Value
  readonly dy: string
  /** A value of the forward pass, to be remembered for this one. */
  remember(name: string): string
  /** The gradient of a weight. */
  gradient(role: string, name: string): void
}
export interface Rule<K extends Op> {
  /** @returns the output's name, or undefined where this form cannot be drawn */
  forward(context: Forward<K>): string | undefined
  /** @returns the gradient of each input, in their order */
  backward(context: Backward<K>): string[]
}

export const NHWC: Record<string, Attribute> = { data_format: { string: 'NHWC' } }
