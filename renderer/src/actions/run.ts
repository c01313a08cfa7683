// Doing an action: only where it can be done, and with its failure told to the person.
import type { Via } from '../../../core/contract/index.ts'
import { whyNot, type Action, type Context } from './types.ts'

/** Returns whether it was done. Where it cannot be done now, the reason is told instead. */
export async function run(action: Action, context: Context, via: Via): Promise<boolean> {
  const can = whyNot(action, context)
  if (can !== true) {
    context.notices.info(can)
    return false
  }
  await context.attempt(() => action.perform(context, via))
  return true
}
