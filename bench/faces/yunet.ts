// YuNet behind the same interface as the shipped detector, to measure ours against; not part of the application.
import { mapPoints, type Detection } from '../../core/faces/geometry.ts'
import { planar, type TileDetector } from '../../core/faces/retinaface.ts'
import { suppress } from '../../core/faces/suppress.ts'
import type { Image8 } from '../../core/images/pixels.ts'
import type { OnnxSession } from '../../core/runtime/session.ts'

/** Reads `yunet_n_dynamic.onnx` (libfacedetection.train; BGR 0..255; score = sqrt(class x objectness)). */
export function yunet(session: OnnxSession, side = 640): TileDetector {
  return {
    side,
    async look(tile: Image8, threshold: number) {
      const left = Math.floor((side - tile.width) / 2)
      const top = Math.floor((side - tile.height) / 2)
      const data = planar(tile, side, left, top)
      const plane = side * side
      const red = data.slice(0, plane)
      data.copyWithin(0, 2 * plane)
      data.set(red, 2 * plane)
      const maps = await session.run({ [session.inputs[0]!.name]: { dims: [1, 3, side, side], data } })
      const found: Detection[] = []
      for (const stride of [8, 16, 32]) {
        const [classes, objects, boxes, points] = ['cls', 'obj', 'bbox', 'kps'].map((k) => maps[`${k}_${stride}`]!.data)
        const columns = side / stride
        for (let cell = 0; cell < columns * columns; cell++) {
          const score = Math.sqrt(Math.max(0, classes![cell]!) * Math.max(0, objects![cell]!))
          if (!(score >= threshold)) continue
          const column = cell % columns
          const row = Math.floor(cell / columns)
          const x = (column + boxes![cell * 4]!) * stride - left
          const y = (row + boxes![cell * 4 + 1]!) * stride - top
          const width = Math.exp(boxes![cell * 4 + 2]!) * stride
          const height = Math.exp(boxes![cell * 4 + 3]!) * stride
          const zero = { x: 0, y: 0 }
          found.push({
            box: { x: x - width / 2, y: y - height / 2, width, height },
            points: mapPoints([zero, zero, zero, zero, zero], (_, k) => ({
              x: (column + points![cell * 10 + 2 * k]!) * stride - left,
              y: (row + points![cell * 10 + 2 * k + 1]!) * stride - top,
            })),
            score: Math.min(1, score),
          })
        }
      }
      return suppress(found)
    },
  }
}
