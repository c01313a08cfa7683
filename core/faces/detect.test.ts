// Tiling around any network: places, joins, cut faces, progress, cancelling. The network here paints by numbers.
import { describe, expect, test } from 'vitest'
import { blank, type Image8 } from '../images/pixels.ts'
import { createTiledDetector } from './detect.ts'
import { mapPoints, type Detection } from './geometry.ts'
import type { TileDetector } from './retinaface.ts'

/** Sees every square of pure red of at least 24 px as one face, as a network would: in the tile's own pixels. */
function redSquares(): TileDetector & { looks: number } {
  const red = ({ data, width }: Image8, x: number, y: number) => {
    const p = (y * width + x) * 3
    return data[p]! > 200 && data[p + 1]! < 50
  }
  return {
    side: 320,
    looks: 0,
    async look(tile) {
      this.looks++
      const found: Detection[] = []
      for (let y = 0; y < tile.height; y++)
        for (let x = 0; x < tile.width; x++) {
          if (!red(tile, x, y) || (x > 0 && red(tile, x - 1, y)) || (y > 0 && red(tile, x, y - 1))) continue
          let width = 1
          while (x + width < tile.width && red(tile, x + width, y)) width++
          let height = 1
          while (y + height < tile.height && red(tile, x, y + height)) height++
          if (Math.min(width, height) < 24) continue
          const centre = { x: x + width / 2, y: y + height / 2 }
          const score = Math.min(0.99, 0.5 + height / 1000)
          const points = mapPoints([centre, centre, centre, centre, centre], (p) => p)
          found.push({ box: { x, y, width, height }, points, score })
        }
      return found
    },
  }
}

function scene(width: number, height: number, squares: [number, number, number][]): Image8 {
  const image = blank(width, height)
  for (const [x, y, size] of squares)
    for (let row = y; row < Math.min(height, y + size); row++)
      for (let column = x; column < Math.min(width, x + size); column++) image.data[(row * width + column) * 3] = 255
  return image
}

const options = { maxEnlargement: 4, threshold: 0.5 } as const

describe('over tiles and scales', () => {
  test('each face is found once, in its own pixels, from 8 px to the height of the photograph', async () => {
    // A tile of 320 px shows 80 px at 4x: the 40 px face lies across its edge.
    const places: [number, number, number][] = [
      [20, 30, 8],
      [60, 60, 40],
      [150, 10, 180],
      [380, 100, 12],
    ]
    const found = await createTiledDetector(redSquares()).detect(scene(400, 200, places), options)
    const boxes = found.map((d) => d.box).toSorted((a, b) => a.x - b.x)
    expect(boxes).toHaveLength(places.length)
    boxes.forEach((box, k) => {
      const [x, y, size] = places[k]!
      expect(Math.abs(box.x - x) + Math.abs(box.y - y) + Math.abs(box.width - size)).toBeLessThan(0.04 * size + 1)
      const nose = found.find((d) => d.box === box)!.points[2]
      expect(Math.hypot(nose.x - x - size / 2, nose.y - y - size / 2)).toBeLessThan(0.02 * size + 0.5)
    })
  })

  test('a face that the photograph cuts has the box that is there', async () => {
    const [face] = await createTiledDetector(redSquares()).detect(scene(200, 200, [[150, 160, 90]]), options)
    expect(face!.box.x + face!.box.width).toBeLessThanOrEqual(300)
    expect(face!.box.y + face!.box.height).toBeLessThanOrEqual(300)
  })

  test('progress counts every tile to the end', async () => {
    const seen: [number, number][] = []
    const detector = redSquares()
    const image = blank(300, 200)
    await createTiledDetector(detector).detect(image, {
      ...options,
      progress: (done, total) => seen.push([done, total]),
    })
    expect(seen.map(([done]) => done)).toEqual(Array.from({ length: detector.looks }, (_, k) => k + 1))
    expect(new Set(seen.map(([, total]) => total))).toEqual(new Set([detector.looks]))
  })

  test('cancelling stops at the next tile with the reason given', async () => {
    const detector = redSquares()
    const control = new AbortController()
    const reason = new Error('enough')
    const running = createTiledDetector(detector).detect(blank(300, 200), {
      ...options,
      signal: control.signal,
      progress: () => control.abort(reason),
    })
    await expect(running).rejects.toBe(reason)
    expect(detector.looks).toBeLessThan(5)
  })

  test('a network that fails says so, once', async () => {
    const broken: TileDetector = { side: 320, look: () => Promise.reject(new Error('device lost')) }
    await expect(createTiledDetector(broken).detect(blank(300, 200), options)).rejects.toThrow('device lost')
  })
})
