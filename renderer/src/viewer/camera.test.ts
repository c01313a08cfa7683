// The camera: what is pointed at stays where it is pointed at, and native pixels stay square and equal.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clamp,
  fit,
  panBy,
  placement,
  toImage,
  toScreen,
  visible,
  zoomAbout,
  type CameraState,
  type View,
} from './camera.ts'
import { stepFrom } from './stops.ts'
import { probePoint, probePx, screenPoint, screenPx } from './units.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const cameras = fc.record({
  x: number(-500, 8000).map(probePx),
  y: number(-500, 8000).map(probePx),
  zoom: number(0.02, 64),
})
const views = fc.record({
  width: fc.integer({ min: 40, max: 3000 }).map(screenPx),
  height: fc.integer({ min: 40, max: 2000 }).map(screenPx),
  dpr: fc.constantFrom(1, 1.25, 1.5, 2, 3),
})
const screens = fc.tuple(number(-100, 3000), number(-100, 2000)).map(([x, y]) => screenPoint(x, y))

describe('screen and image', () => {
  it('go forth and back without loss', () => {
    fc.assert(
      fc.property(cameras, views, screens, (camera, view, point) => {
        const back = toScreen(camera, view, toImage(camera, view, point))
        expect(back.x).toBeCloseTo(point.x, 6)
        expect(back.y).toBeCloseTo(point.y, 6)
      }),
    )
  })

  it('put the edge of every native pixel on the edge of a device pixel when the magnification is whole', () => {
    fc.assert(
      fc.property(
        cameras,
        views,
        fc.integer({ min: 1, max: 32 }),
        fc.integer({ min: 0, max: 9000 }),
        (c, view, n, pixel) => {
          const camera: CameraState = { ...c, zoom: n / view.dpr }
          const device = toScreen(camera, view, probePoint(pixel, pixel)).x * view.dpr
          expect(Math.abs(device - Math.round(device))).toBeLessThan(1e-6)
        },
      ),
    )
  })
})

describe('moving', () => {
  it('zooms about the pointer: what is under it stays under it, to within one device pixel', () => {
    fc.assert(
      fc.property(cameras, views, screens, fc.integer({ min: -6, max: 6 }), (camera, view, pointer, steps) => {
        const zoom = stepFrom(camera.zoom * view.dpr, steps, view.dpr) / view.dpr
        const held = toImage(camera, view, pointer)
        const after = toScreen(zoomAbout(camera, view, pointer, zoom), view, held)
        expect(Math.abs(after.x - pointer.x) * view.dpr).toBeLessThan(1)
        expect(Math.abs(after.y - pointer.y) * view.dpr).toBeLessThan(1)
      }),
    )
  })

  it('pans by screen pixels: dragging right moves the image right', () => {
    const view: View = { width: screenPx(200), height: screenPx(100), dpr: 1 }
    const camera: CameraState = { x: probePx(10), y: probePx(10), zoom: 8 }
    const before = toScreen(camera, view, probePoint(10, 10))
    const after = toScreen(panBy(camera, screenPx(16), screenPx(-8)), view, probePoint(10, 10))
    expect([after.x - before.x, after.y - before.y]).toEqual([16, -8])
  })

  it('never loses the image', () => {
    const bounds = { x: 0, y: 0, width: 100, height: 50 }
    expect(clamp({ x: probePx(-900), y: probePx(70), zoom: 2 }, bounds)).toEqual({ x: 0, y: 50, zoom: 2 })
  })
})

describe('fit', () => {
  it('shows the whole box with its margin, as large as a whole magnification allows', () => {
    const boxes = fc.record({ x: number(0, 900), y: number(0, 900), width: number(4, 300), height: number(4, 300) })
    fc.assert(
      fc.property(boxes, views, number(0, 1), (box, view, margin) => {
        const camera = fit(box, view, margin)
        const seen = visible(camera, view)
        const scale = placement(camera, view).scale
        if (scale > 1 / 32) {
          expect(seen.width).toBeGreaterThanOrEqual(box.width * (1 + 2 * margin) - 1e-6)
          expect(seen.height).toBeGreaterThanOrEqual(box.height * (1 + 2 * margin) - 1e-6)
        }
        if (scale >= 1) expect(scale).toBeCloseTo(Math.round(scale), 9)
      }),
    )
  })

  it('brings a face of 8 px to more than 32 times in an ordinary pane', () => {
    const view: View = { width: screenPx(520), height: screenPx(480), dpr: 1 }
    expect(fit({ x: 300, y: 200, width: 8, height: 8 }, view, 0.35).zoom).toBeGreaterThanOrEqual(32)
  })
})
