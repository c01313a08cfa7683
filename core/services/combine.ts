// Joins the handlers of all domains into one table.
import type { CallName, Handlers } from '../contract/index.ts'

/** @throws Error naming a call that two domains answer */
export function combineHandlers(...domains: readonly object[]): Handlers {
  const all: Record<string, unknown> = {}
  for (const domain of domains)
    for (const [name, handler] of Object.entries(domain)) {
      if (Object.hasOwn(all, name)) throw new Error(`two services answer "${name}"`)
      all[name] = handler
    }
  return all as Handlers<CallName>
}
