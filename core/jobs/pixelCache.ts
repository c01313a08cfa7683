// Pictures that were made last, within a number of bytes: made once, least recently used first out.
export interface PixelCache<T> {
  /**
   * What belongs to this key. Asked for twice at once, it is made once; a failure is not remembered.
   * @param make called where it is not there; its own rejection is passed on
   */
  get(key: string, make: () => Promise<T>): Promise<T>
  has(key: string): boolean
  /** Bytes held. */
  readonly bytes: number
}

/** The newest entry stays even where it alone is over the limit. @param limit bytes @param bytesOf of one entry */
export function createPixelCache<T>(limit: number, bytesOf: (value: T) => number): PixelCache<T> {
  // A Map keeps the order of insertion: the first entry is the one not used for longest.
  const entries = new Map<string, { value: Promise<T>; bytes: number }>()
  let held = 0
  const drop = (key: string): void => {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }
  return {
    get bytes() {
      return held
    },
    has: (key) => entries.has(key),
    async get(key, make) {
      const known = entries.get(key)
      if (known) {
        entries.delete(key)
        entries.set(key, known)
        return known.value
      }
      const entry = { value: make(), bytes: 0 }
      entries.set(key, entry)
      try {
        const value = await entry.value
        if (entries.get(key) !== entry) return value
        entry.bytes = bytesOf(value)
        held += entry.bytes
        for (const oldest of entries.keys()) {
          if (held <= limit || oldest === key) break
          drop(oldest)
        }
        return value
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key)
        throw error
      }
    },
  }
}
