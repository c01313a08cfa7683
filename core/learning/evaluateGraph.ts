// A package's network as a graph again, so that it can be differentiated: what its card names, with the file's weights.
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard } from '../contract/models.ts'
import type { ConfigValue, NetworkConfig } from '../nets/config.ts'
import { ensemble } from '../nets/ensemble.ts'
import type { Graph } from '../nets/graph.ts'
import { weightsFromOnnx } from '../nets/import/fromOnnx.ts'
import { network, networkNames, networkSettings } from '../nets/registry.ts'
import type { Weight } from '../nets/weights.ts'

type Named = Pick<ModelCard, 'network' | 'embedding' | 'pixels'>
export interface Rebuilt {
  readonly graph: Graph
  readonly weights: ReadonlyMap<string, Weight>
}

/**
 * @param card whose `network` names one of ours, as packages of `vestige train` do
 * @returns null where it does not, or the file's layers are others
 * @throws UserFacingError as `weightsFromOnnx` does, but not for a file of another network
 */
export function rebuild(bytes: Uint8Array, card: Named): Rebuilt | null {
  for (const graph of graphsOf(card))
    try {
      return { graph, weights: weightsFromOnnx(graph, bytes) }
    } catch (error) {
      if (!(error instanceof UserFacingError) || error.code !== 'wrong-model') throw error
    }
  return null
}

/**
 * The graphs that a card may mean: `mobilefacenet, norm folded`, the name of a graph (`mobilefacenet-x0.5-folded`), or
 * several with + between them, whose embeddings are added. Names leave some settings open, so there may be many.
 */
export function graphsOf({ network: words, embedding, pixels }: Named): Graph[] {
  const [probe = ''] = words.split(';')
  const members = probe.split(' + ').map((name) => configsOf(name.trim()))
  const most = Math.min(...members.map((of) => of.length))
  return Array.from({ length: most }, (_, k) => {
    const graphs = members.map((of) => built(of[k]!, embedding, pixels?.size ?? null))
    if (graphs.some((g) => g === null)) return []
    const some = graphs as Graph[]
    return some.length === 1
      ? some
      : [
          ensemble(
            some,
            some.map(() => new Map()),
          ).graph,
        ]
  }).flat()
}

type Config = readonly [name: string, config: NetworkConfig]

function built([name, config]: Config, embedding: number | null, input: number | null): Graph | null {
  const known = networkSettings(name)
  const given: NetworkConfig = {
    ...(embedding !== null && Object.hasOwn(known, 'embedding') ? { embedding } : {}),
    ...(input !== null ? { input } : {}),
    ...config,
  }
  try {
    return network(name, given)
  } catch (error) {
    if (error instanceof UserFacingError) return null
    throw error
  }
}

function configsOf(words: string): Config[] {
  const [name = '', ...settings] = words.split(', ')
  if (networkNames.includes(name) && settings.length > 0) return [[name, Object.fromEntries(settings.map(settingOf))]]
  return settings.length === 0 ? fromGraphName(name) : []
}

/** `depth 18`, as a finished run says it. */
function settingOf(words: string): [string, ConfigValue] {
  const cut = words.indexOf(' ')
  const value = words.slice(cut + 1)
  const number = Number(value)
  return [
    words.slice(0, cut),
    value === 'true' || value === 'false' ? value === 'true' : Number.isNaN(number) ? value : number,
  ]
}

/** Undoes the names that the networks give their graphs. What a name does not say may be anything that has words. */
function fromGraphName(given: string): Config[] {
  const name = networkNames
    .filter((each) => given === each || given.startsWith(`${each}-`))
    .toSorted((a, b) => b.length - a.length)[0]
  if (name === undefined) return []
  const rest = given.slice(name.length)
  const config: Record<string, ConfigValue> = {}
  for (const [key, form] of Object.entries({
    depth: /^-(\d+)(?=-|$)/,
    width: /-x([\d.]+)(?=-|$)/,
    input: /-(\d+)px(?=-|$)/,
    extra: /-\+(\d+)(?=-|$)/,
  })) {
    const found = form.exec(rest)
    if (found) config[key] = Number(found[1])
  }
  let configs: Record<string, ConfigValue>[] = [config]
  for (const [key, setting] of Object.entries(networkSettings(name))) {
    if (setting.kind !== 'one') continue
    const words = setting.of.filter((v) => typeof v === 'string')
    const said = words.find((v) => rest.includes(`-${v}-`) || rest.endsWith(`-${v}`))
    const open = said === undefined ? words : [said]
    if (open.length > 0) configs = configs.flatMap((c) => open.map((v) => ({ ...c, [key]: v })))
  }
  return configs.map((c): Config => [name, c]).filter((c) => built(c, null, null)?.name === given)
}
