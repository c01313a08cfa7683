// Runs one call inside this process: validates what goes in, runs its handler, validates what comes out.
import type { z } from 'zod'
import { UserFacingError } from '../errors.ts'
import { contract, type CallArgs, type CallName, type CallOutput, type Handlers } from '../index.ts'
import type { CallOptions } from '../index.ts'

/**
 * @param options.via how it was asked for; default 'system'
 * @throws UserFacingError('invalid-input') when the arguments do not fit the contract, 'not-found' for an unknown call;
 *   whatever the handler throws; Error when the handler's own output or progress does not fit (a defect of ours).
 */
export async function dispatch<N extends CallName>(
  handlers: Handlers,
  name: N,
  args: CallArgs<N>,
  options: CallOptions<N> = {},
): Promise<CallOutput<N>> {
  return (await dispatchUnknown(handlers, name, args, options as CallOptions<CallName>)) as CallOutput<N>
}

/** As dispatch, for a name and arguments that came over the wire. */
export async function dispatchUnknown(
  handlers: Handlers,
  name: string,
  args: unknown,
  { signal = new AbortController().signal, onProgress, via = 'system' }: CallOptions<CallName>,
): Promise<unknown> {
  if (!Object.hasOwn(contract, name) || !Object.hasOwn(handlers, name))
    throw new UserFacingError('not-found', `This version of Vestige has no call named "${name.slice(0, 100)}".`)
  const spec: Spec = contract[name as CallName]
  const input = spec.in.safeParse(args)
  if (!input.success) throw new UserFacingError('invalid-input', `${name} was refused: ${firstIssue(input.error)}.`)
  const handler = handlers[name as CallName] as unknown as AnyHandler
  const progress = (value: unknown) => {
    if (!spec.progress) throw new Error(`${name} declares no progress`)
    if (!signal.aborted) onProgress?.(checked(spec.progress, value, `progress of ${name}`) as never)
  }
  return checked(spec.out, await handler(input.data, { signal, via, progress }), `result of ${name}`)
}

interface Spec {
  readonly in: z.ZodType
  readonly out: z.ZodType
  readonly progress?: z.ZodType
}
type AnyHandler = (input: unknown, context: object) => unknown

function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error(`the ${what} does not fit the contract: ${firstIssue(parsed.error)}`, { cause: parsed.error })
}

/** The first thing wrong, as "where: what" without a full stop. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'unknown reason'
  const where = issue.path.map(String).join('.')
  return `${where ? `${where}: ` : ''}${issue.message.replace(/\.$/, '')}`.slice(0, 1000)
}
