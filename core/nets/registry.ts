// Every network by name, as recipes and cards call it.
import { UserFacingError } from '../contract/errors.ts'
import { readConfig, type ConfigOf, type NetworkConfig, type Settings } from './config.ts'
import type { Graph } from './graph.ts'
import { mobileFaceNet, mobileFaceNetSettings } from './mobilefacenet.ts'

interface Entry {
  readonly settings: Settings
  build(name: string, config: NetworkConfig): Graph
}
const entry = <S extends Settings>(settings: S, build: (config: ConfigOf<S>) => Graph): Entry => ({
  settings,
  build: (name, config) => build(readConfig(name, settings, config)),
})

const entries: Readonly<Record<string, Entry>> = {
  mobilefacenet: entry(mobileFaceNetSettings, mobileFaceNet),
}

/** Names that `network` knows. */
export const networkNames: readonly string[] = Object.keys(entries)

/** What a network's config may hold, with ranges and defaults. @throws UserFacingError for an unknown name */
export const networkSettings = (name: string): Settings => find(name).settings

/**
 * A network by name. Its first tap is `embedding` (not of unit length); s1 … s4 are the stages' maps.
 * @param config settings that differ from the defaults
 * @throws UserFacingError 'invalid-input' for an unknown name or key, or a value out of range
 */
export const network = (name: string, config: NetworkConfig = {}): Graph => find(name).build(name, config)

function find(name: string): Entry {
  const found = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (found) return found
  const known = networkNames.join(', ')
  throw new UserFacingError('invalid-input', `There is no network "${name.slice(0, 100)}"; there are ${known}.`)
}
