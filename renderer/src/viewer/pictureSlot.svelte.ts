// A place on the screen for one picture: pixels and record change only together, on a canvas that is used again.
import { dropPixels, putPixels, type Delivered, type Picture } from './picture.ts'
import { createSlot } from './slot.ts'

export class PictureSlot {
  picture: Picture | null = $state.raw(null)
  loading = $state(false)
  /** A sentence for the person; null when all is well. */
  error: string | null = $state(null)
  #surface: HTMLCanvasElement | null = null
  #slot = createSlot<Delivered>({
    show: ({ pixels, region, record, points }) => {
      this.#surface ??= document.createElement('canvas')
      putPixels(this.#surface, pixels)
      const perPixel = pixels.width / region.width
      this.picture = { surface: this.#surface, region, perPixel, record, points: points ?? null }
    },
    clear: () => {
      this.picture = null
      if (this.#surface) dropPixels(this.#surface)
    },
    busy: (on) => (this.loading = on),
    fail: (message) => (this.error = message),
  })
  load = this.#slot.load
  clear = this.#slot.clear
}
