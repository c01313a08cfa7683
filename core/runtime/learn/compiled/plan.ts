// Draws a network's training pass: forwards from input and weights, and backwards from the gradients of its taps.
import { neededFor, type Graph, type Node, type Op, type Shape } from '../../../nets/graph.ts'
import { inferShapes } from '../../../nets/shapes.ts'
import { weightSpecs } from '../../../nets/specs.ts'
import { drawing } from './drawing.ts'
import type { Operation } from './graphDef.ts'
import type { Backward, Forward, Value } from './rule.ts'
import { rules } from './rules.ts'

export interface Plan {
  readonly operations: readonly Operation[]
  /** Weight → name of what is given for it. */
  readonly weights: ReadonlyMap<string, string>
  readonly taps: readonly string[]
  /** Given for the gradient of each tap. */
  readonly tapGradients: readonly string[]
  readonly statistics: readonly { readonly node: Node<'batchNorm'>; readonly mean: string; readonly unbiased: string }[]
  /** Values of the forward pass that the backward pass is given. */
  readonly remembered: readonly string[]
  /** Gradient by weight, and `x`: that of the input. */
  readonly gradients: ReadonlyMap<string, string>
}
/** Name of what is given as the network's input. */
export const INPUT = 'x'

/** @returns undefined where the network has an operation that cannot be drawn */
export function planTraining(graph: Graph, taps: readonly string[], batch: number): Plan | undefined {
  const draw = drawing()
  const nodes = neededFor(graph, taps)
  const shapes = inferShapes(graph)
  const specs = new Map(weightSpecs(graph, shapes).map((spec) => [spec.name, spec]))
  const weights = new Map<string, string>()
  const weight =
    (node: Node) =>
    (role: string): Value => {
      const name = `${node.weights}/${role}`
      const dims = specs.get(name)!.shape
      const given = weights.get(name) ?? draw.given(`w${weights.size}`, dims)
      weights.set(name, given)
      return { name: given, dims }
    }
  const values = new Map<string, Value>()
  const statistics: { node: Node<'batchNorm'>; mean: string; unbiased: string }[] = []
  const dimsOf = (node: Node): readonly number[] => [batch, ...(shapes.get(node.id) as Shape)]
  for (const node of nodes) {
    const forward = rules[node.op]?.forward as ((context: Forward<Op>) => string | undefined) | undefined
    const name =
      node.op === 'input'
        ? draw.given(INPUT, dimsOf(node))
        : forward?.({
            draw,
            node,
            batch,
            inputs: node.inputs.map((id) => values.get(id)!),
            output: shapes.get(node.id)!,
            weight: weight(node),
            statistics: (mean, unbiased) => statistics.push({ node: node as Node<'batchNorm'>, mean, unbiased }),
          })
    if (name === undefined) return undefined
    values.set(node.id, { name, dims: dimsOf(node) })
  }

  const forwards = new Set(draw.operations.map(({ name }) => name))
  const constant = new Set(
    draw.operations.filter(({ op }) => op === 'Const' || op === 'Placeholder').map(({ name }) => name),
  )
  const remembered = new Set<string>()
  const remember = (name: string): string => {
    const [operation] = name.split(':') as [string]
    if (!forwards.has(operation)) throw new Error(`${name} is not of the forward pass`)
    if (!constant.has(operation)) remembered.add(name)
    return name
  }
  const pending = new Map<string, string[]>()
  const owe = (id: string, gradient: string): void => void pending.set(id, [...(pending.get(id) ?? []), gradient])
  const total = (parts: readonly string[]): string =>
    parts.length === 1 ? parts[0]! : draw.add('AddN', parts, { N: { int: parts.length } })
  const tapGradients = taps.map((tap, i) => {
    const id = graph.taps[tap]!
    const given = draw.given(`d${i}`, values.get(id)!.dims)
    owe(id, given)
    return given
  })
  const parts = new Map<string, string[]>()
  for (const node of nodes.toReversed()) {
    const owed = pending.get(node.id)
    if (!owed) continue
    const dy = total(owed)
    if (node.op === 'input') {
      parts.set(INPUT, [dy])
      continue
    }
    const backward = rules[node.op]!.backward as (context: Backward<Op>) => string[]
    const inputs = node.inputs.map((id) => values.get(id)!)
    const gradient = (role: string, name: string): void => {
      const key = `${node.weights}/${role}`
      parts.set(key, [...(parts.get(key) ?? []), name])
    }
    const y = values.get(node.id)!
    backward({ draw, node, batch, inputs, y, dy, weight: weight(node), remember, gradient }).forEach((g, i) =>
      owe(node.inputs[i]!, g),
    )
  }
  const gradients = new Map([...parts].map(([key, names]) => [key, total(names)]))
  return {
    operations: draw.operations,
    weights,
    taps: taps.map((t) => values.get(graph.taps[t]!)!.name),
    tapGradients,
    statistics,
    remembered: [...remembered],
    gradients,
  }
}
