// Keeps a canvas as large as its element in device pixels, and tells the view's size to whoever needs it.
import type { View } from './camera.ts'
import { screenPx } from './units.ts'

/** Observes the element; the answer ends the observation. Sizes are those of the content box, to the device pixel. */
export function measure(
  element: HTMLElement,
  onsize: (view: View, device: { width: number; height: number }) => void,
): () => void {
  const observer = new ResizeObserver((entries) => {
    const entry = entries[0]
    if (!entry) return
    const { width, height } = entry.contentRect
    const dpr = window.devicePixelRatio || 1
    const exact = entry.devicePixelContentBoxSize?.[0]
    const near = (told: number, wanted: number) => Math.abs(told - wanted) <= 1.5
    // The exact count knows how the element's edges were rounded; it is taken only where it fits the ratio.
    const device =
      exact && near(exact.inlineSize, width * dpr) && near(exact.blockSize, height * dpr)
        ? { width: exact.inlineSize, height: exact.blockSize }
        : { width: Math.round(width * dpr), height: Math.round(height * dpr) }
    if (width > 0 && height > 0) onsize({ width: screenPx(width), height: screenPx(height), dpr }, device)
  })
  try {
    observer.observe(element, { box: 'device-pixel-content-box' })
  } catch {
    observer.observe(element)
  }
  return () => observer.disconnect()
}
