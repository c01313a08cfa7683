// A place on the screen for one picture: loads it, drops late answers, and lets pixels and record change only together.
import { createLatest } from './latest.ts'
import { dropPixels, putPixels, type Delivered, type Picture } from './picture.ts'

export class PictureSlot {
  picture: Picture | null = $state.raw(null)
  loading = $state(false)
  /** A sentence for the person; null when all is well. */
  error: string | null = $state(null)
  #latest = createLatest()
  #subject: string | null = null
  #surface: HTMLCanvasElement | null = null

  /**
   * Shows what `ask` delivers. `subject` says what it is a picture of: while another subject is loaded nothing is shown,
   * while the same subject is loaded again (larger, resampled) the picture stays until its better one has come.
   */
  async load(subject: string, ask: (signal: AbortSignal) => Promise<Delivered>): Promise<void> {
    if (subject !== this.#subject) this.clear()
    this.#subject = subject
    this.loading = true
    try {
      const delivered = await this.#latest.ask(ask)
      if (delivered) this.#show(delivered)
    } catch (thrown) {
      this.#drop()
      this.loading = false
      this.error = thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  /** Cancels what is under way and shows nothing. */
  clear(): void {
    this.#latest.cancel()
    this.#subject = null
    this.loading = false
    this.error = null
    this.#drop()
  }

  #show({ pixels, region, record, points }: Delivered): void {
    this.#surface ??= document.createElement('canvas')
    putPixels(this.#surface, pixels)
    const perPixel = pixels.width / region.width
    this.picture = { surface: this.#surface, region, perPixel, record, points: points ?? null }
    this.loading = false
    this.error = null
  }
  #drop(): void {
    this.picture = null
    if (this.#surface) dropPixels(this.#surface)
  }
}
