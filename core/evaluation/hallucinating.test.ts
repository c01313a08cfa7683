// Probes embedded as made-up faces: which ones are, and what is told on.
import { expect, it } from 'vitest'
import type { Image8 } from '../images/pixels.ts'
import { hallucinating } from './hallucinating.ts'

const flat = (value: number): Image8 => ({ width: 4, height: 4, data: new Uint8Array(48).fill(value) })

it('small probes are embedded as what was made of them, larger and full-size faces as they are', async () => {
  const seen: [number, number][] = []
  const embed = hallucinating(
    (faces, sides) => {
      for (const [i, face] of faces.entries()) seen.push([face.data[0]!, (sides as number[])[i]!])
      return Promise.resolve(faces.map(() => Float32Array.of(1)))
    },
    2,
    (face, side) => Promise.resolve(flat(face.data[0]! + 10 * side)),
  )
  await embed([flat(1), flat(2), flat(3)], [1, 2, 3])
  await embed([flat(4)], 2)
  await embed([flat(5)])
  expect(seen).toEqual([
    [11, 4],
    [22, 4],
    [3, 3],
    [24, 4],
    [5, 4],
  ])
})
