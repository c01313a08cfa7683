// Something opened that many use: once another takes its place it is closed, but not under the hands of its users.
export interface Lease<T> {
  use<R>(work: (tool: T) => Promise<R> | R): Promise<R>
  /** Closes it when its last user is done; whoever has it may not begin anew. */
  retire(): void
}

/** @param close called once, after `opening` and every use have ended; its failure concerns nobody any more */
export function lease<T>(opening: Promise<T>, close: (tool: T) => Promise<void>): Lease<T> {
  let users = 0
  let retired = false
  const closeWhenIdle = (): void => {
    if (retired && users === 0) opening.then(close).catch(() => undefined)
  }
  return {
    async use(work) {
      users++
      try {
        return await work(await opening)
      } finally {
        users--
        closeWhenIdle()
      }
    },
    retire() {
      if (retired) return
      retired = true
      closeWhenIdle()
    },
  }
}
