// Remembers one digest per record number, compactly: a large store has millions of them.

/** Digests by id. Ids count up from 1, so they index one growing block; outliers go to a map. */
export interface DigestTable {
  /** The later word on a record replaces the earlier. @param sequence of the audit row that says so */
  set(id: number, digest: string, sequence: number): void
  /** Takes the entry out, so that what is left at the end was never seen. */
  take(id: number): { digest: string; sequence: number } | undefined
  /** Entries not taken, by id. */
  rest(): Iterable<{ id: number; sequence: number; digest: string }>
}

const digestBytes = 32
const denseLimit = 1 << 26

export function digestTable(): DigestTable {
  let digests = Buffer.alloc(1024 * digestBytes)
  let sequences = new Float64Array(1024)
  const outliers = new Map<number, { digest: string; sequence: number }>()
  const isDense = (id: number): boolean => Number.isInteger(id) && id > 0 && id < denseLimit

  function grow(id: number): void {
    const size = Math.max(id + 1, sequences.length * 2)
    digests = Buffer.concat([digests], size * digestBytes)
    const longer = new Float64Array(size)
    longer.set(sequences)
    sequences = longer
  }
  return {
    set(id, digest, sequence) {
      // Sparse high ids would make the block mostly air.
      if (!isDense(id) || (id >= sequences.length && id > sequences.length * 4) || digest.length !== digestBytes * 2) {
        outliers.set(id, { digest, sequence })
        if (isDense(id) && id < sequences.length) sequences[id] = 0
        return
      }
      outliers.delete(id)
      if (id >= sequences.length) grow(id)
      digests.write(digest, id * digestBytes, 'hex')
      sequences[id] = sequence
    },
    take(id) {
      const outlier = outliers.get(id)
      if (outlier) {
        outliers.delete(id)
        return outlier
      }
      const sequence = isDense(id) && id < sequences.length ? sequences[id]! : 0
      if (sequence === 0) return undefined
      sequences[id] = 0
      return { digest: digests.toString('hex', id * digestBytes, (id + 1) * digestBytes), sequence }
    },
    *rest() {
      for (let id = 1; id < sequences.length; id++)
        if (sequences[id] !== 0)
          yield {
            id,
            sequence: sequences[id]!,
            digest: digests.toString('hex', id * digestBytes, (id + 1) * digestBytes),
          }
      for (const [id, entry] of outliers) yield { id, ...entry }
    },
  }
}
