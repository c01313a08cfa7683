// Every network by name, as recipes and cards call it.
import { UserFacingError } from '../contract/errors.ts'
import type { ConfigOf, NetworkConfig, Settings } from './config.ts'
import {
  gdrdAdapter,
  gdrdAdapterSettings,
  gdrdRelation,
  gdrdRelationSettings,
  gdrdStudent,
  gdrdStudentSettings,
} from './gdrd.ts'
import type { Graph } from './graph.ts'
import { ir, irSettings, waveIr, waveIrSettings } from './ir.ts'
import { lrfrResNet, lrfrSettings, lrfrWaveResNet, lrfrWaveSettings } from './lrfr.ts'
import { mobileFaceNet, mobileFaceNetSettings } from './mobilefacenet.ts'
import { rimCoarse, rimCritic, rimGenerator } from './rim/generator.ts'
import { rimSettings } from './rim/parts.ts'
import { rimResNet, rimResNetSettings } from './rim/resnet.ts'
import { shrink, shrinkSettings } from './shrink.ts'

interface Entry {
  readonly settings: Settings
  /** Checks the settings itself. */
  build(config: NetworkConfig): Graph
}
const entry = <S extends Settings>(settings: S, build: (config: Partial<ConfigOf<S>>) => Graph): Entry => ({
  settings,
  build: (config) => build(config as Partial<ConfigOf<S>>),
})

const entries: Readonly<Record<string, Entry>> = {
  mobilefacenet: entry(mobileFaceNetSettings, mobileFaceNet),
  ir: entry(irSettings, ir),
  'wave-ir': entry(waveIrSettings, waveIr),
  'lrfr-resnet': entry(lrfrSettings, lrfrResNet),
  'lrfr-wave-resnet': entry(lrfrWaveSettings, lrfrWaveResNet),
  shrink: entry(shrinkSettings, shrink),
  'rim-coarse': entry(rimSettings, rimCoarse),
  'rim-generator': entry(rimSettings, rimGenerator),
  'rim-critic': entry(rimSettings, rimCritic),
  'rim-resnet': entry(rimResNetSettings, rimResNet),
  'gdrd-student': entry(gdrdStudentSettings, gdrdStudent),
  'gdrd-relation': entry(gdrdRelationSettings, gdrdRelation),
  'gdrd-adapter': entry(gdrdAdapterSettings, gdrdAdapter),
}

/** Names that `network` knows. */
export const networkNames: readonly string[] = Object.keys(entries)

/** What a network's config may hold, with ranges and defaults. @throws UserFacingError for an unknown name */
export const networkSettings = (name: string): Settings => find(name).settings

/**
 * A network by name. A recogniser's first tap is `embedding` (of unit length only in LRFR's networks); s1 … s4 are the
 * stages' maps (GDRD's student has three). Networks that recognise nobody say their taps themselves.
 * @param config settings that differ from the defaults
 * @throws UserFacingError 'invalid-input' for an unknown name or key, or a value out of range
 */
export const network = (name: string, config: NetworkConfig = {}): Graph => find(name).build(config)

function find(name: string): Entry {
  const found = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (found) return found
  const known = networkNames.join(', ')
  throw new UserFacingError('invalid-input', `There is no network "${name.slice(0, 100)}"; there are ${known}.`)
}
