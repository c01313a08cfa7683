// The grid divides native pixels, and only visible pixels are drawn.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gridLines, gridVisible, visiblePart } from './grid.ts'

it('has one line at every pixel edge in view, a stronger one at every tenth', () => {
  const lines = gridLines(18, 24, -16 * 12, 12, 200)
  expect(lines.map((line) => line.at)).toEqual([18, 19, 20, 21, 22, 23, 24])
  expect(lines.map((line) => line.device)).toEqual([24, 36, 48, 60, 72, 84, 96])
  expect(lines.filter((line) => line.major).map((line) => line.at)).toEqual([20])
  expect(gridLines(0, 1000, -500 * 12, 12, 120).length).toBe(11)
})

it('is drawn only where a pixel is large enough', () => {
  expect(gridVisible({ x: 0, y: 0, scale: 5 }, 1)).toBe(false)
  expect(gridVisible({ x: 0, y: 0, scale: 12 }, 2)).toBe(true)
})

it('cuts a picture to whole pixels that cover the view wherever there are any', () => {
  const number = (min: number, max: number) => fc.integer({ min, max })
  fc.assert(
    fc.property(number(-4000, 400), number(-4000, 400), number(1, 64), (x, y, scale) => {
      const region = { x: 10, y: 20, width: 40, height: 50 }
      const part = visiblePart(region, 1, { x, y, scale }, 300, 200)
      const left = x + region.x * scale
      const top = y + region.y * scale
      const seen = left < 300 && left + 40 * scale > 0 && top < 200 && top + 50 * scale > 0
      expect(part !== null).toBe(seen)
      if (!part) return
      for (const value of Object.values(part)) expect(Number.isInteger(value)).toBe(true)
      expect(left + part.x * scale).toBeLessThanOrEqual(Math.max(0, left))
      expect(left + (part.x + part.width) * scale).toBeGreaterThanOrEqual(Math.min(300, left + 40 * scale))
    }),
  )
})
