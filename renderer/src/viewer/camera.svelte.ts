// The camera as one watchable object: views that hold the same camera move together.
import type { Box } from '../../../core/contract/common.ts'
import { clamp, fit, panBy, visible, zoomAbout, type CameraState, type View } from './camera.ts'
import { contains } from './marks.ts'
import { stepFrom } from './stops.ts'
import { probePx, screenPoint, screenPx, type ProbePoint, type ScreenPoint } from './units.ts'

/** Part of a view that one arrow key moves across. */
const ARROW_STEP = 0.1

export class Camera {
  state: CameraState = $state.raw({ x: probePx(0), y: probePx(0), zoom: 1 })
  /** Still as fit() left it: a view that changes its size may fit again without taking anything from the person. */
  fitted = $state(false)
  #bounds: Box | null = null

  /** Shows the box with its margin; the middle of the view is from now on kept within `bounds`. */
  fit(box: Box, view: View, margin: number, bounds: Box | null, exactly = false): void {
    this.#bounds = bounds
    this.state = fit(box, view, margin, exactly)
    this.fitted = true
  }
  /** Replaces the bounds without moving, e.g. when more of the picture has arrived. */
  bound(bounds: Box | null): void {
    this.#bounds = bounds
  }
  set(state: CameraState): void {
    this.state = this.#bounds ? clamp(state, this.#bounds) : state
    this.fitted = false
  }
  /** Brings a point into the middle of the view unless it is in view already. */
  reveal(point: ProbePoint, view: View): void {
    if (!contains(visible(this.state, view), point)) this.set({ x: point.x, y: point.y, zoom: this.state.zoom })
  }
  pan(dx: number, dy: number): void {
    this.set(panBy(this.state, screenPx(dx), screenPx(dy)))
  }
  /** Moves the view by a tenth of its size: right when dx is 1. */
  step(dx: number, dy: number, view: View): void {
    this.pan(-dx * view.width * ARROW_STEP, -dy * view.height * ARROW_STEP)
  }
  /** Zooms by whole stops about a point of the view, its middle when none is given. */
  zoom(steps: number, view: View, pointer?: ScreenPoint): void {
    if (steps === 0) return
    const zoom = stepFrom(this.state.zoom * view.dpr, steps, view.dpr) / view.dpr
    if (zoom !== this.state.zoom)
      this.set(zoomAbout(this.state, view, pointer ?? screenPoint(view.width / 2, view.height / 2), zoom))
  }
}
