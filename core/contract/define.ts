// The grammar of the contract: what a call, an event and a domain are. Both ends of the wire validate with it.
import type { z } from 'zod'

/** One call: what goes in, what comes out, and what its progress stream says, if it has one. */
export interface CallSpec<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  P extends z.ZodType = z.ZodType,
> {
  readonly in: I
  readonly out: O
  readonly progress?: P
}
export type CallSpecs = Readonly<Record<string, CallSpec>>
export type EventSpecs = Readonly<Record<string, z.ZodType>>

/** Keeps the literal types of one domain's calls. Call names are `domain.verb`. */
export const calls = <const C extends CallSpecs>(specs: C): C => specs
/** Keeps the literal types of the events. Event names are `domain.happened`. */
export const events = <const E extends EventSpecs>(specs: E): E => specs

/**
 * Joins domains into one table and refuses a name twice.
 * @throws Error naming the call that two domains declare.
 */
export function combine<const D extends readonly CallSpecs[]>(...domains: D): Union<D[number]> {
  const all: Record<string, CallSpec> = {}
  for (const domain of domains)
    for (const [name, spec] of Object.entries(domain)) {
      if (Object.hasOwn(all, name)) throw new Error(`the contract declares "${name}" twice`)
      all[name] = spec
    }
  return all as Union<D[number]>
}
type Union<T> = (T extends unknown ? (x: T) => void : never) extends (x: infer U) => void ? U : never
