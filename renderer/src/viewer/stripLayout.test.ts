// The strip of samples: all of them in sight where there is room, and faces large enough to be told apart.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { STRIP_GAP, STRIP_NAME, stripLayout } from './stripLayout.ts'

it('puts ten pictures into one row where it is low, and into two where that makes them larger', () => {
  expect(stripLayout(10, { width: 535, height: 80 })).toEqual({ columns: 10, rows: 1, tile: 49 })
  expect(stripLayout(10, { width: 670, height: 220 })).toEqual({ columns: 5, rows: 2, tile: 92 })
})

it('always has a place for every picture, and keeps to the room unless tiles would be too small to tell a face', () => {
  const side = fc.integer({ min: 0, max: 2000 })
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 18 }), side, side, (count, width, height) => {
      const { columns, rows, tile } = stripLayout(count, { width, height })
      expect(columns * rows).toBeGreaterThanOrEqual(count)
      expect(columns * (rows - 1)).toBeLessThan(count)
      expect(tile).toBeGreaterThanOrEqual(44)
      if (tile > 44) {
        expect(columns * tile + (columns - 1) * STRIP_GAP).toBeLessThanOrEqual(width)
        expect(rows * (tile + STRIP_NAME) + (rows - 1) * STRIP_GAP).toBeLessThanOrEqual(height)
      }
    }),
  )
})
