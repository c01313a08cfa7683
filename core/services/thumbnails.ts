// Thumbnails that were made already, so that scrolling a list asks the worker once per image.
import type { Box } from '../contract/common.ts'
import { plain } from './context.ts'
import type { ImageSource, WorkerClient } from '../jobs/workerClient.ts'

export interface Thumbnails {
  /** WebP; of the whole image, or of a region of it. @param side longest side in pixels */
  get(image: ImageSource, side: number, region?: Box | null): Promise<{ type: string; bytes: Uint8Array<ArrayBuffer> }>
  /** Keeps one that was made on another occasion. */
  put(sha256: string, side: number, bytes: Uint8Array): void
}

/** @param limit bytes held; the least recently used go first */
export function createThumbnails(worker: WorkerClient, limit = 64 * 2 ** 20): Thumbnails {
  const made = new Map<string, Uint8Array>()
  let held = 0
  const keyOf = (sha256: string, side: number, region: Box | null): string =>
    `${sha256} ${side} ${region ? [region.x, region.y, region.width, region.height].join(' ') : ''}`
  const keep = (key: string, bytes: Uint8Array): void => {
    held += bytes.length - (made.get(key)?.length ?? 0)
    made.delete(key)
    made.set(key, bytes)
    for (const [oldest, { length }] of made) {
      if (held <= limit) break
      held -= length
      made.delete(oldest)
    }
  }
  return {
    async get(image, side, region = null) {
      const key = keyOf(image.sha256, side, region)
      const bytes = made.get(key) ?? (await worker.image('thumbnail', image, { side, region }))
      keep(key, bytes)
      return { type: 'image/webp', bytes: plain(bytes) }
    },
    put: (sha256, side, bytes) => keep(keyOf(sha256, side, null), bytes),
  }
}
