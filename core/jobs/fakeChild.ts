// A worker process for tests of the client: lives in this process, answers as it is told, and can be made to end.
import type { Child, ChildFactory } from './child.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

export interface FakeChild {
  /** Everything that was sent to it, calls and cancels. */
  readonly sent: ToWorker[]
  say(message: FromWorker): void
  end(reason: string): void
}

/**
 * @param answer called for every call; what it returns is sent back in a later microtask; nothing where it returns
 *   undefined
 */
export function fakeChildren(
  answer: (call: Extract<ToWorker, { kind: 'call' }>, child: FakeChild) => FromWorker | undefined,
): { factory: ChildFactory; children: FakeChild[] } {
  const children: FakeChild[] = []
  const factory: ChildFactory = () => {
    const exits: ((reason: string) => void)[] = []
    let listener: (message: unknown) => void = () => undefined
    let gone = false
    const fake: FakeChild = {
      sent: [],
      say: (message) => queueMicrotask(() => gone || listener(structuredClone(message))),
      end(reason) {
        gone = true
        for (const exit of exits) exit(reason)
      },
    }
    children.push(fake)
    const child: Child = {
      pid: children.length,
      send(message) {
        const copy = structuredClone(message) as ToWorker
        fake.sent.push(copy)
        const reply = copy.kind === 'call' && !gone ? answer(copy, fake) : undefined
        if (reply) fake.say(reply)
      },
      onMessage: (next) => void (listener = next),
      onExit: (exit) => void exits.push(exit),
      kill: () => fake.end('SIGKILL'),
    }
    return child
  }
  return { factory, children }
}
