// Paints a view: pictures under one camera, then the pixel grid. Nothing here decides what is shown.
import type { Box } from '../../../core/contract/common.ts'
import type { Placement } from './camera.ts'
import { gridLines, gridVisible, visiblePart } from './grid.ts'
import { isSmoothed, type Layer } from './picture.ts'

export interface Scene {
  readonly layers: readonly Layer[]
  readonly placed: Placement
  readonly dpr: number
  readonly background: string
  /** Area to draw the grid over, in the camera's plane; null for none. */
  readonly grid: Box | null
}

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height } = context.canvas
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.globalAlpha = 1
  context.globalCompositeOperation = 'source-over'
  context.fillStyle = scene.background
  context.fillRect(0, 0, width, height)
  for (const layer of scene.layers) paintLayer(context, layer, scene.placed)
  if (scene.grid && gridVisible(scene.placed, scene.dpr)) paintGrid(context, scene.grid, scene.placed, scene.dpr)
}

function paintLayer(context: CanvasRenderingContext2D, layer: Layer, placed: Placement): void {
  const { picture, over, opacity } = layer
  if (opacity <= 0 || picture.surface.width === 0) return
  const { region, perPixel } = picture
  context.globalAlpha = opacity
  context.imageSmoothingEnabled = isSmoothed(layer, placed)
  context.imageSmoothingQuality = 'high'
  if (over) {
    const s = placed.scale
    context.setTransform(
      s * over.a,
      s * over.b,
      -s * over.b,
      s * over.a,
      placed.x + s * over.tx,
      placed.y + s * over.ty,
    )
    context.drawImage(picture.surface, region.x, region.y, region.width, region.height)
    context.setTransform(1, 0, 0, 1, 0, 0)
  } else {
    // Only whole pixels that are in view: magnified 64 times, a photograph would be larger than any canvas.
    const part = visiblePart(region, perPixel, placed, context.canvas.width, context.canvas.height)
    const one = placed.scale / perPixel
    if (part)
      context.drawImage(
        picture.surface,
        part.x,
        part.y,
        part.width,
        part.height,
        placed.x + region.x * placed.scale + part.x * one,
        placed.y + region.y * placed.scale + part.y * one,
        part.width * one,
        part.height * one,
      )
  }
  context.globalAlpha = 1
}

function paintGrid(context: CanvasRenderingContext2D, area: Box, placed: Placement, dpr: number): void {
  const { width, height } = context.canvas
  const across = gridLines(area.x, area.x + area.width, placed.x, placed.scale, width)
  const down = gridLines(area.y, area.y + area.height, placed.y, placed.scale, height)
  const left = Math.max(0, placed.x + area.x * placed.scale)
  const top = Math.max(0, placed.y + area.y * placed.scale)
  const right = Math.min(width, placed.x + (area.x + area.width) * placed.scale)
  const bottom = Math.min(height, placed.y + (area.y + area.height) * placed.scale)
  // The difference to what lies below shows on black, grey and white alike.
  context.globalCompositeOperation = 'difference'
  for (const major of [false, true]) {
    context.fillStyle = major ? '#707070' : '#2c2c2c'
    for (const line of across) if (line.major === major) context.fillRect(line.device, top, 1, bottom - top)
    for (const line of down) if (line.major === major) context.fillRect(left, line.device, right - left, 1)
  }
  context.globalCompositeOperation = 'source-over'
  context.font = `${Math.round(9 * dpr)}px "DejaVu Sans Mono", monospace`
  context.lineWidth = 3 * dpr
  context.strokeStyle = '#000000c0'
  context.fillStyle = '#e3e8ee'
  const write = (text: string, x: number, y: number) => {
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
  for (const line of across) if (line.major) write(String(line.at), line.device + 3 * dpr, top + 10 * dpr)
  for (const line of down) if (line.major) write(String(line.at), left + 3 * dpr, line.device - 3 * dpr)
}
