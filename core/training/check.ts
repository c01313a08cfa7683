// Whether the parts of a recipe fit each other, found out before anything is trained.
import { UserFacingError } from '../contract/errors.ts'
import { inputOf, type Graph } from '../nets/graph.ts'
import { network } from '../nets/registry.ts'
import { inferShapes, sizeOf } from '../nets/shapes.ts'
import type { Recipe } from './recipe.ts'
import { tapOf, type TapPath } from './taps.ts'
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
  const result = graphs.get(recipe.result.model)
  if (!result) wrong(`has no network "${recipe.result.model}" to be its result`)
  else if (!Object.hasOwn(result.taps, recipe.result.tap)) wrong(`has a result without a tap "${recipe.result.tap}"`)
  for (const { name, steps } of recipe.phases)
    for (const { train, terms } of steps) {
      for (const group of train) {
        const [owner = ''] = group.split('/', 1)
        if (!graphs.has(owner) && !Object.hasOwn(recipe.heads, owner))
          wrong(`trains "${group}" in phase "${name}", but has nothing of that name`)
      }
      for (const term of terms.map((spec) => compiled(spec, wrong))) {
        for (const path of [...term.paths.values()].flat()) checkPath(recipe, graphs, path, wrong)
        const { bank } = term.spec.args
        if (typeof bank === 'string' && !Object.hasOwn(recipe.banks, bank)) wrong(`has no bank "${bank}"`)
      }
    }
}

function compiled(spec: Parameters<typeof compileTerm>[0], wrong: (what: string) => never): Term {
  try {
    return compileTerm(spec)
  } catch (error) {
    return wrong(`has a wrong term: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function checkPath(
  recipe: Recipe,
  graphs: ReadonlyMap<string, Graph>,
  path: TapPath,
  wrong: (what: string) => never,
): void {
  const { model, view, tap } = tapOf(path)
  const spec = Object.hasOwn(recipe.models, model) ? recipe.models[model] : undefined
  if (!spec) wrong(`asks for ${model}(${view}), but has no model "${model}"`)
  const seen = recipe.views.find((v) => v.name === view)
  if (!seen) return wrong(`asks for ${model}(${view}), but has no view "${view}"`)
  const graph = graphs.get(model)
  if (!graph) return
  const node = Object.hasOwn(graph.taps, tap) ? graph.taps[tap]! : undefined
  if (node === undefined)
    return wrong(`asks for ${model}(${view}).${tap}; ${graph.name} has ${Object.keys(graph.taps).join(', ')}`)
  const [side] = inputOf(graph).attributes.shape
  if (seen.size !== side) wrong(`shows ${model} faces of ${seen.size} px, but ${graph.name} takes ${side}`)
  if (path.kind === 'tap') return
  const head = Object.hasOwn(recipe.heads, path.head) ? recipe.heads[path.head]! : undefined
  if (!head) return wrong(`has no head "${path.head}"`)
  const size = sizeOf(inferShapes(graph).get(node)!)
  if (head.embedding !== size)
    wrong(`has a head "${path.head}" for ${head.embedding} numbers, but ${model}(${view}).${tap} has ${size}`)
}
