// Thumbnails and native pixels, fetched once, a few at a time, and forgotten when there are too many.
import type { CallOutput, Client } from '../../../core/contract/index.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import { limited } from './limited.ts'

export type ThumbnailOf = { readonly kind: 'evidence' | 'gallery'; readonly id: number }

const atOnce = 4
const keptThumbnails = 1500

export class Pictures {
  readonly #client: Client
  readonly #urls = new Map<string, Promise<string>>()
  readonly #pixels = new Map<string, Promise<CallOutput<'probes.view'>>>()
  readonly #limited = limited(atOnce, 'newest')

  constructor(client: Client) {
    this.#client = client
  }
  /** An object URL of the WebP thumbnail; kept until it is the oldest of too many. */
  thumbnail({ kind, id }: ThumbnailOf): Promise<string> {
    const key = `${kind}:${id}`
    const known = this.#urls.get(key)
    if (known) {
      this.#urls.delete(key)
      this.#urls.set(key, known)
      return known
    }
    const made = this.#limited(async () => {
      const { type, bytes } =
        kind === 'evidence'
          ? await this.#client.call('evidence.thumbnail', { id })
          : await this.#client.call('galleries.thumbnail', { imageId: id })
      return URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))
    })
    made.catch(() => this.#urls.delete(key))
    this.#urls.set(key, made)
    if (this.#urls.size > keptThumbnails) this.#drop()
    return made
  }
  /** The original's own pixels around the face. A moved box is another picture. */
  native(probe: Probe): Promise<CallOutput<'probes.view'>> {
    const { id, box } = probe
    const key = [id, box.x, box.y, box.width, box.height].join(':')
    const known = this.#pixels.get(key)
    if (known) return known
    const made = this.#limited(() => this.#client.call('probes.view', { id, kind: 'native', scale: 1, margin: 0.35 }))
    made.catch(() => this.#pixels.delete(key))
    this.#pixels.set(key, made)
    if (this.#pixels.size > keptThumbnails) this.#pixels.delete(this.#pixels.keys().next().value!)
    return made
  }
  #drop(): void {
    const [key, url] = this.#urls.entries().next().value!
    this.#urls.delete(key)
    void url.then((u) => URL.revokeObjectURL(u)).catch(() => {})
  }
}
