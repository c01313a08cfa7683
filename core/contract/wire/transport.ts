// Anything that carries frames both ways, in order; and a pair in memory that behaves like one.
import type { Frame } from './frames.ts'

export interface Transport {
  send(frame: Frame): void
  /** What arrives is unchecked: the receiver validates it. One listener. */
  onFrame(listener: (frame: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** Two connected ends in this process; frames are structured clones and arrive in a later microtask. */
export function pair(): [Transport, Transport] {
  const ends = [end(), end()] as const
  let open = true
  const close = () => {
    if (!open) return
    open = false
    for (const e of ends) for (const listener of e.closers) listener()
  }
  const transport = (own: End, other: End): Transport => ({
    send(frame) {
      if (!open) return
      const copy: unknown = structuredClone(frame)
      queueMicrotask(() => {
        if (open) other.frame?.(copy)
      })
    },
    onFrame(listener) {
      own.frame = listener
    },
    onClose(listener) {
      own.closers.push(listener)
    },
    close,
  })
  return [transport(ends[0], ends[1]), transport(ends[1], ends[0])]
}
interface End {
  frame: ((frame: unknown) => void) | undefined
  closers: (() => void)[]
}
const end = (): End => ({ frame: undefined, closers: [] })
