// Whether the parts of a recipe fit each other, found out before anything is trained.
import { UserFacingError } from '../contract/errors.ts'
import { inputOf, type Graph, type Shape } from '../nets/graph.ts'
import { network } from '../nets/registry.ts'
import { inferShapes, show, sizeOf } from '../nets/shapes.ts'
import type { Recipe } from './recipe.ts'
import { resultPaths, resultView } from './result.ts'
import { callKey, neededCalls, tapKey, type NetworkPath, type TapPath } from './taps.ts'
import { compileTerm, type Term } from './terms.ts'

/**
 * Networks, losses, views, taps, heads and groups that are named are there, and their sizes agree.
 * @throws UserFacingError with the first thing that is wrong
 */
export function checkRecipe(recipe: Recipe): void {
  const wrong = (what: string): never => {
    throw new UserFacingError('invalid-input', `The recipe "${recipe.name}" ${what}; correct the recipe.`)
  }
  const graphs = new Map<string, Graph>()
  for (const [name, spec] of Object.entries(recipe.models))
    if (spec.kind === 'network') graphs.set(name, network(spec.network, spec.config))
  checkResult({ recipe, graphs, wrong })
  const { augment } = recipe
  if (recipe.priors && augment && augment.shift + augment.turn + augment.scale + augment.mix > 0)
    wrong('moves or mixes faces ("augment") whose landmarks it asks for ("priors"), which stay where they were')
  for (const { name, steps } of recipe.phases)
    for (const { train, terms } of steps) {
      for (const group of train) {
        const [owner = ''] = group.split('/', 1)
        if (!graphs.has(owner) && !Object.hasOwn(recipe.heads, owner))
          wrong(`trains "${group}" in phase "${name}", but has nothing of that name`)
      }
      for (const term of terms.map((spec) => compiled(spec, wrong))) {
        for (const path of [...term.paths.values()].flat()) checkPath({ recipe, graphs, wrong }, path)
        for (const asked of term.networks) checkNetwork({ recipe, graphs, wrong }, term, asked)
        const { bank } = term.spec.args
        if (typeof bank === 'string' && !Object.hasOwn(recipe.banks, bank)) wrong(`has no bank "${bank}"`)
      }
    }
}

function checkResult(parts: Parts): void {
  const { recipe, graphs, wrong } = parts
  const { result } = recipe
  if ('model' in result) {
    const graph = graphs.get(result.model)
    if (!graph) wrong(`has no network "${result.model}" to be its result`)
    else if (!Object.hasOwn(graph.taps, result.tap)) wrong(`has a result without a tap "${result.tap}"`)
    return
  }
  try {
    const paths = [...resultPaths(recipe, resultView(recipe)).values()].flat()
    if (paths.length === 0) wrong('has a result without a tap')
    for (const path of paths) checkPath(parts, path)
    for (const { model } of neededCalls(paths).values())
      if (!graphs.has(model)) wrong(`has a result that needs "${model}", which is no network of its own`)
  } catch (error) {
    if (error instanceof UserFacingError) throw error
    wrong(`has a wrong result: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function compiled(spec: Parameters<typeof compileTerm>[0], wrong: (what: string) => never): Term {
  try {
    return compileTerm(spec)
  } catch (error) {
    return wrong(`has a wrong term: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface Parts {
  readonly recipe: Recipe
  readonly graphs: ReadonlyMap<string, Graph>
  readonly wrong: (what: string) => never
}

function checkPath(parts: Parts, path: TapPath): void {
  const { recipe, wrong } = parts
  if (path.kind === 'label' && !recipe.priors) wrong(`asks for ${tapKey(path)}, but has no "priors"`)
  if (path.kind === 'view' || path.kind === 'label') return void viewOf(parts, path.view)
  if (path.kind === 'tap') return void shapeOf(parts, path)
  const shape = shapeOf(parts, path.of)
  const head = Object.hasOwn(recipe.heads, path.head) ? recipe.heads[path.head]! : undefined
  if (!head) return wrong(`has no head "${path.head}"`)
  if (shape && head.embedding !== sizeOf(shape))
    wrong(`has a head "${path.head}" for ${head.embedding} numbers, but ${tapKey(path.of)} has ${sizeOf(shape)}`)
}

/** A network that a term asks itself takes vectors like those of the term's taps. */
function checkNetwork(parts: Parts, { id, paths }: Term, { model, tap }: Term['networks'][number]): void {
  const { graphs, wrong } = parts
  const graph = graphs.get(model) ?? wrong(`asks for "${model}" in its term "${id}", but has no such network`)
  if (!Object.hasOwn(graph.taps, tap)) wrong(`asks for "${model}" in its term "${id}", which has no output "${tap}"`)
  const wanted = inputOf(graph).attributes.shape
  for (const path of [...paths.values()].flat()) {
    const shape = path.kind === 'tap' ? shapeOf(parts, path) : undefined
    if (shape && show(shape) !== show(wanted))
      wrong(`shows "${model}" the ${show(shape)} of ${tapKey(path)}, but ${graph.name} takes ${show(wanted)}`)
  }
}

function viewOf({ recipe, wrong }: Parts, name: string): Recipe['views'][number] {
  return recipe.views.find((v) => v.name === name) ?? wrong(`asks for ${name}, but has no view "${name}"`)
}

/** Shape of one answer; undefined where a finished network gives it. */
function shapeOf(parts: Parts, path: NetworkPath): Shape | undefined {
  const { recipe, graphs, wrong } = parts
  const { model, input, tap } = path
  if (!Object.hasOwn(recipe.models, model)) wrong(`asks for ${callKey(path)}, but has no model "${model}"`)
  const shown = input.map((each): Shape | undefined => {
    if (each.kind === 'tap') return shapeOf(parts, each)
    const { size } = viewOf(parts, each.view)
    return [size, size, 3]
  })
  const graph = graphs.get(model)
  if (!graph) return undefined
  const wanted = inputOf(graph).attributes.shape
  for (const [i, shape] of shown.entries()) {
    const view = input[i]!.kind === 'view'
    // A network that is told the native size has a channel more, which the trainer adds to a view.
    const told = view && input.length === 1 && wanted[2] === 4 && shape?.[0] === wanted[0] && shape?.[1] === wanted[1]
    if (!shape || told || show(shape) === show(wanted)) continue
    if (view) wrong(`shows ${model} faces of ${shape[0]} px, but ${graph.name} takes ${show(wanted)}`)
    wrong(`shows ${model} the ${show(shape)} of ${tapKey(input[i]!)}, but ${graph.name} takes ${show(wanted)}`)
  }
  const node = Object.hasOwn(graph.taps, tap) ? graph.taps[tap]! : undefined
  if (node === undefined)
    return wrong(`asks for ${tapKey(path)}; ${graph.name} has ${Object.keys(graph.taps).join(', ')}`)
  return inferShapes(graph).get(node)
}
