/** Keeps the values used last, at most `max`; each is made and brought up to date by one caller at a time. */
export function createCache<T>(max: number) {
  const kept = new Map<string, Promise<T>>()
  return {
    /** Brings the value of a key up to date with what `next` makes of it (null: none yet). A failure forgets the key and is thrown. */
    async update(key: string, next: (before: T | null) => Promise<T>): Promise<T> {
      const before = kept.get(key)
      const made = (before ?? Promise.resolve(null)).catch(() => null).then(next)
      kept.delete(key)
      kept.set(key, made)
      for (const oldest of kept.keys()) {
        if (kept.size <= max) break
        kept.delete(oldest)
      }
      try {
        return await made
      } catch (error) {
        if (kept.get(key) === made) kept.delete(key)
        throw error
      }
    },
  }
}
