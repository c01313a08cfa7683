// A displayed picture: its pixels on a canvas of their own, where they lie, and the record that belongs to just them.
import type { Box, FivePoints, Rgba } from '../../../core/contract/common.ts'
import { placement, type Placement } from './camera.ts'
import { scaleOf, type Registration } from './register.ts'
import type { ImageRecord, Shown } from './record.ts'

/** What a host's answer says about one picture, before it is on a canvas. */
export interface Delivered {
  readonly pixels: Rgba
  /** Where the pixels lie in their own plane, in native pixels of that plane. */
  readonly region: Box
  readonly record: ImageRecord
  readonly points?: FivePoints | undefined
}
export interface Picture {
  readonly surface: HTMLCanvasElement
  readonly region: Box
  /** Delivered pixels per unit of the plane. */
  readonly perPixel: number
  readonly record: ImageRecord
  readonly points: FivePoints | null
}

/** One picture of a view: over the camera's plane as it is, or by a registration. */
export interface Layer {
  readonly picture: Picture
  readonly over: Registration | null
  /** 0..1. */
  readonly opacity: number
  /** Wanted when enlarged. Reductions are always smoothed, and so are small enlargements that would make pixels uneven. */
  readonly smooth: boolean
}

/** Device pixels per delivered pixel. */
const enlargement = ({ picture, over }: Layer, placed: Placement): number =>
  (placed.scale * (over ? scaleOf(over) : 1)) / picture.perPixel
const ONE = 1e-3
/** Enlargement from which uneven nearest pixels are no longer seen as distortion. */
const UNEVEN_UNTIL = 4
export function isSmoothed(layer: Layer, placed: Placement): boolean {
  const enlarged = enlargement(layer, placed)
  const whole = Math.abs(enlarged - Math.round(enlarged)) < ONE
  return enlarged < 1 - ONE || (layer.smooth && enlarged > 1 + ONE) || (!whole && enlarged < UNEVEN_UNTIL)
}

/** How a layer appears under this camera: what its caption says. */
export function shownOf(
  layer: Layer,
  camera: Parameters<typeof placement>[0],
  view: Parameters<typeof placement>[1],
): Shown {
  const placed = placement(camera, view)
  const enlarged = enlargement(layer, placed)
  const { record } = layer.picture
  return {
    enlarged,
    perNative: record.scale === null ? null : enlarged * record.scale,
    smoothed: isSmoothed(layer, placed),
    turned: layer.over !== null && Math.abs(layer.over.b) > 1e-3 * scaleOf(layer.over),
  }
}

/**
 * Puts delivered pixels on a canvas, which is made once and used again: at most one copy of a picture is held.
 * @throws Error when the pixels are fewer than width x height x 4 bytes
 */
export function putPixels(surface: HTMLCanvasElement, { width, height, data }: Rgba): void {
  const wanted = width * height * 4
  if (data.byteLength !== wanted)
    throw new Error(`a picture of ${width} x ${height} came with ${data.byteLength} bytes`)
  surface.width = width
  surface.height = height
  const context = surface.getContext('2d', { alpha: false })
  if (!context) throw new Error('no canvas')
  const bytes = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, wanted)
  context.putImageData(new ImageData(bytes, width, height), 0, 0)
}
/** Gives the memory of a canvas back. */
export function dropPixels(surface: HTMLCanvasElement): void {
  surface.width = 0
  surface.height = 0
}
