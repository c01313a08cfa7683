// Where a view looks: the maths of one camera that several views share, between native pixels and screen pixels.
import type { Box } from '../../../core/contract/common.ts'
import { largestStop, smallestStop, stopBelow } from './stops.ts'
import {
  probePoint,
  probePx,
  screenPoint,
  type ProbePoint,
  type ProbePx,
  type ScreenPoint,
  type ScreenPx,
} from './units.ts'

/** What lies in the middle of every view, and how large. `zoom` is CSS pixels per native pixel. */
export interface CameraState {
  readonly x: ProbePx
  readonly y: ProbePx
  readonly zoom: number
}

/** A view's size in CSS pixels and the device pixels per CSS pixel. */
export interface View {
  readonly width: ScreenPx
  readonly height: ScreenPx
  readonly dpr: number
}

/**
 * Where native pixel (0, 0) begins in device pixels, and device pixels per native pixel. The origin is whole: with a
 * whole scale every native pixel's edge falls on a device pixel's edge, in the canvas and for all that lies over it.
 */
export interface Placement {
  readonly x: number
  readonly y: number
  readonly scale: number
}

export function placement(camera: CameraState, view: View): Placement {
  const scale = camera.zoom * view.dpr
  return {
    x: Math.round((view.width * view.dpr) / 2 - camera.x * scale),
    y: Math.round((view.height * view.dpr) / 2 - camera.y * scale),
    scale,
  }
}

export function toScreen(camera: CameraState, view: View, point: ProbePoint): ScreenPoint {
  const at = placement(camera, view)
  return screenPoint((at.x + point.x * at.scale) / view.dpr, (at.y + point.y * at.scale) / view.dpr)
}

/** Inverse of {@link toScreen}. */
export function toImage(camera: CameraState, view: View, point: ScreenPoint): ProbePoint {
  const at = placement(camera, view)
  return probePoint((point.x * view.dpr - at.x) / at.scale, (point.y * view.dpr - at.y) / at.scale)
}

/** The camera at another zoom with the same native point under the pointer (to within one device pixel). */
export function zoomAbout(camera: CameraState, view: View, pointer: ScreenPoint, zoom: number): CameraState {
  const held = toImage(camera, view, pointer)
  return {
    x: probePx(held.x - (pointer.x - view.width / 2) / zoom),
    y: probePx(held.y - (pointer.y - view.height / 2) / zoom),
    zoom,
  }
}

export const panBy = (camera: CameraState, dx: ScreenPx, dy: ScreenPx): CameraState => ({
  x: probePx(camera.x - dx / camera.zoom),
  y: probePx(camera.y - dy / camera.zoom),
  zoom: camera.zoom,
})

/**
 * The camera that shows the whole box with `margin` of its size around it on every side. Enlargements are whole
 * numbers of device pixels unless `exactly` is asked for; reductions are as large as the view allows.
 */
export function fit(box: Box, view: View, margin = 0, exactly = false): CameraState {
  const around = 1 + 2 * margin
  const exact = Math.min(
    (view.width * view.dpr) / (box.width * around),
    (view.height * view.dpr) / (box.height * around),
  )
  const wanted = exact < 1 || exactly ? exact : stopBelow(exact)
  const scale = Math.max(smallestStop, Math.min(largestStop(view.dpr), wanted))
  return { x: probePx(box.x + box.width / 2), y: probePx(box.y + box.height / 2), zoom: scale / view.dpr }
}

/** Keeps the middle of the view on the image, so that the image cannot be lost out of sight. */
export function clamp(camera: CameraState, bounds: Box): CameraState {
  return {
    x: probePx(Math.min(bounds.x + bounds.width, Math.max(bounds.x, camera.x))),
    y: probePx(Math.min(bounds.y + bounds.height, Math.max(bounds.y, camera.y))),
    zoom: camera.zoom,
  }
}

/** The part of the plane that a view shows, in native pixels. */
export function visible(camera: CameraState, view: View): Box {
  const from = toImage(camera, view, screenPoint(0, 0))
  return { x: from.x, y: from.y, width: view.width / camera.zoom, height: view.height / camera.zoom }
}
