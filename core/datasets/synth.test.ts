// synth-24 is the same everywhere, and differs for another seed.
import { expect, it } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { synth24 } from './synth.ts'

const first = (seed: number) => {
  const faces = synth24(seed)
  return [faces.next().value!, faces.next().value!] as const
}

it('the first face is the same on every machine', () => {
  const [face, next] = first(1)
  expect(face).toMatchObject({ identity: 'p01', number: 1, part: 'train', image: { width: 112, height: 112 } })
  expect(sha256(face.image.data)).toBe('cdcdc98ceebbdfb13aeaf684202e81be08246fcc1748e41101083a85a125ec04')
  expect(next.image.data).not.toEqual(face.image.data)
  expect(first(2)[0].image.data).not.toEqual(face.image.data)
})

it('is grey, about 128, and neither clipped nor flat', () => {
  const { data } = first(5)[0].image
  expect(data.every((v, i) => v === data[i - (i % 3)])).toBe(true)
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length
  const deviation = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length)
  expect(Math.abs(mean - 128)).toBeLessThan(15)
  expect(Math.abs(deviation - 32)).toBeLessThan(8)
  expect(data.filter((v) => v === 0 || v === 255).length).toBeLessThan(data.length / 200)
})
