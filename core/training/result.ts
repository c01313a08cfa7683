// What a finished recipe gives: one model's output, or several models one behind another as one network.
import { build } from '../nets/build.ts'
import { chain, type Link } from '../nets/chain.ts'
import { inputOf, neededFor, type Graph } from '../nets/graph.ts'
import type { Weight, WeightStore } from '../nets/weights.ts'
import { ownPixels, type Affine } from './pixels.ts'
import type { Recipe } from './recipe.ts'
import { callKey, neededCalls, type Call, parseTapPath, type NetworkPath } from './taps.ts'

export interface Part {
  readonly graph: Graph
  readonly weights: WeightStore
}

/** Outputs of the finished network by name; those of a list are added up. @throws Error where one is no network's output */
export function resultPaths({ result }: Pick<Recipe, 'result'>, view: string): Map<string, NetworkPath[]> {
  if ('model' in result) {
    const { model, tap } = result
    return new Map([[tap, [{ kind: 'tap', model, input: [{ kind: 'view', view }], tap }]]])
  }
  return new Map(
    Object.entries(result.taps).map(([name, given]) => [
      name,
      (typeof given === 'string' ? [given] : given).map((text) => {
        const path = parseTapPath(text)
        if (path.kind !== 'tap') throw new Error(`"${text}" is not what a network gives`)
        return path
      }),
    ]),
  )
}

/** Every network call of the result; where it names one model's tap alone, on whichever view. */
const callsOf = (recipe: Pick<Recipe, 'result' | 'views'>): Call[] => [
  ...neededCalls([...resultPaths(recipe, recipe.views.at(-1)!.name).values()].flat()).values(),
]

/** The view that a finished network is shown. @throws Error where its parts are shown different ones, or two at once */
export function resultView(recipe: Pick<Recipe, 'result' | 'views'>): string {
  const shown = new Set<string>()
  for (const { input, view } of callsOf(recipe)) {
    if (input.length > 1) throw new Error('a finished network is shown one thing at a time')
    if (view !== undefined) shown.add(view)
  }
  if (shown.size !== 1) throw new Error(`a finished network is shown one view, not ${shown.size}`)
  return [...shown][0]!
}

/** The one network of a recipe whose result is one. @throws Error where it is several */
export function soleNetwork({ name, result, models }: Pick<Recipe, 'name' | 'result' | 'models'>) {
  const spec = 'model' in result ? models[result.model] : undefined
  if (!('model' in result) || spec?.kind !== 'network') throw new Error(`${name} has not one network as its result`)
  return { model: result.model, tap: result.tap, spec }
}

/** A model with the nodes that the finished network has of it: files hold no others. @param whole the model's network */
export function usedOf(recipe: Pick<Recipe, 'result' | 'views'>, model: string, whole: Graph): Graph {
  const used = new Set(callsOf(recipe).flatMap((call) => (call.model === model ? [...call.taps] : [])))
  const taps = Object.fromEntries(Object.entries(whole.taps).filter(([tap]) => used.has(tap)))
  return { ...whole, nodes: neededFor(whole, [...used]), taps }
}

/** The models that the finished network is made of. */
export const partsOf = (recipe: Pick<Recipe, 'result' | 'views'>): Set<string> =>
  new Set(callsOf(recipe).map(({ model }) => model))

/** The finished network as one graph, pixels in the recipe's own range. @param part a model's graph and weights */
export function resultNetwork(
  recipe: Pick<Recipe, 'result' | 'views' | 'models' | 'pixels'>,
  part: (model: string) => Part,
): Part {
  const { result } = recipe
  if ('model' in result) {
    const { graph, weights } = part(result.model)
    return { graph: { ...graph, taps: { [result.tap]: graph.taps[result.tap]! } }, weights }
  }
  const paths = resultPaths(recipe, resultView(recipe))
  const own = ownPixels(recipe)
  const links: Link[] = []
  const names = new Map<string, string>()
  const used = new Map<string, number>()
  for (const [key, { model, input, view }] of neededCalls([...paths.values()].flat())) {
    const times = (used.get(model) ?? 0) + 1
    used.set(model, times)
    const name = times === 1 ? model : `${model}-${times}`
    names.set(key, name)
    const [from] = input
    let of = view === undefined && from?.kind === 'tap' ? `${names.get(callKey(from))!}.${from.tap}` : undefined
    const pixels = own.get(model)
    const { graph, weights } = part(model)
    if (pixels) {
      links.push({ name: `${name}-range`, ...range(graph, pixels), ...(of === undefined ? {} : { of }) })
      of = `${name}-range.image`
    }
    links.push({ name, graph, weights, ...(of === undefined ? {} : { of }) })
  }
  const outputs = [...paths].map(([tap, given]): [string, string[]] => [
    tap,
    given.map((path) => `${names.get(callKey(path))!}.${path.tap}`),
  ])
  return chain(links, Object.fromEntries(outputs))
}

/** Turns the recipe's network input into a model's own. */
function range(of: Graph, { factor, offset }: Affine): Part {
  const g = build('range')
  const graph = g.done({ image: g.affine('range', g.input(inputOf(of).attributes.shape)) })
  const row = (values: readonly number[]): Weight => ({ kind: 'float32', shape: [3], data: Float32Array.from(values) })
  return {
    graph,
    weights: new Map([
      ['range/gain', row(factor)],
      ['range/offset', row(offset)],
    ]),
  }
}
