// What a network's settings may be: each key with its kind, range and default, so that a recipe's mistake is a sentence.
import { UserFacingError } from '../contract/errors.ts'

export type ConfigValue = string | number | boolean
/** Settings as a recipe or a card states them; unchecked. */
export type NetworkConfig = Readonly<Record<string, ConfigValue>>

/** `one`: one of a list. `whole` and `real`: a number from least to most, both included; a multiple of `step`. */
export type Setting =
  | { readonly kind: 'one'; readonly of: readonly ConfigValue[]; readonly otherwise: ConfigValue }
  | {
      readonly kind: 'whole' | 'real'
      readonly least: number
      readonly most: number
      readonly step: number
      readonly otherwise: number
    }
export type Settings = Readonly<Record<string, Setting>>

export const oneOf = <const V extends readonly ConfigValue[]>(of: V, otherwise: V[number]) =>
  ({ kind: 'one', of, otherwise }) as const
export const whole = (least: number, most: number, otherwise: number, step = 1) =>
  ({ kind: 'whole', least, most, step, otherwise }) as const
export const real = (least: number, most: number, otherwise: number) =>
  ({ kind: 'real', least, most, step: 0, otherwise }) as const

/** The checked settings' type: lists become unions, numbers numbers. */
export type ConfigOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends { kind: 'one'; of: readonly (infer V)[] } ? V : number
}

/**
 * Checks settings and fills in the defaults.
 * @throws UserFacingError 'invalid-input' for an unknown key or a value that its key does not take
 */
export function readConfig<S extends Settings>(network: string, settings: S, config: NetworkConfig): ConfigOf<S> {
  const known = Object.keys(settings)
  for (const key of Object.keys(config))
    if (!Object.hasOwn(settings, key))
      throw new UserFacingError(
        'invalid-input',
        `The network "${network}" has no setting "${key.slice(0, 100)}"; it has ${known.join(', ')}.`,
      )
  return Object.fromEntries(
    known.map((key) => {
      const setting = settings[key]!
      const value = Object.hasOwn(config, key) ? config[key] : setting.otherwise
      const range = refusal(setting, value)
      if (range)
        throw new UserFacingError(
          'invalid-input',
          `The network "${network}" cannot be built with ${key} = ${JSON.stringify(value)}: it takes ${range}.`,
        )
      return [key, value]
    }),
  ) as ConfigOf<S>
}

/** What the setting takes, when the value is none of it. */
function refusal(setting: Setting, value: unknown): string | null {
  if (setting.kind === 'one') return setting.of.includes(value as ConfigValue) ? null : `${setting.of.join(', ')}`
  const { kind, least, most, step } = setting
  const inside = typeof value === 'number' && value >= least && value <= most
  if (inside && (kind === 'real' || value % step === 0)) return null
  const number = kind === 'real' ? 'a number' : step === 1 ? 'a whole number' : `a multiple of ${step}`
  return `${number} from ${least} to ${most}`
}
