// The identity of a package changes with its templates, and only with them.
import { expect, test } from 'vitest'
import { packageHash } from './packageHash.ts'

const [one, two] = ['1'.repeat(64), '2'.repeat(64)] as const
const pixels = {
  size: 112,
  channelOrder: 'RGB',
  layout: 'NCHW',
  mean: [127.5, 127.5, 127.5],
  scale: [128, 128, 128],
  resampler: 'vestige-bicubic-warp-1',
  alignment: 'arcface-112',
}
const of = (inference?: object | null, more: object = {}) =>
  packageHash({ sha256: one, pixels, inference: inference as never, ...more })

test('without options it is the hash of the network, as it always was', () => {
  expect(of()).toBe(one)
  expect(of(null)).toBe(one)
  expect(of({ flip: false, gallery: null, second: { upTo: 20, weight: 0.5 } })).toBe(one)
  expect(of({ flip: false, gallery: { sha256: one } })).toBe(one)
})

test('flip, another gallery network and the pixels they are given change it; the second score does not', () => {
  const plain = { flip: true, gallery: { sha256: two } }
  const hashes = [
    of(plain),
    of({ ...plain, flip: false }),
    of({ ...plain, gallery: null }),
    of(plain, { sha256: '3'.repeat(64) }),
    of(plain, { pixels: { ...pixels, resampler: 'vestige-bilinear-warp-1' } }),
    one,
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(of({ ...plain, second: { upTo: 12, weight: 0.3 } })).toBe(of(plain))
  // Where large probes go through the galleries' network their templates depend on the size; nothing declared is nothing.
  const sized = [20, 40].map((upTo) => of({ ...plain, probe: { upTo } }))
  expect(new Set([...hashes, ...sized]).size).toBe(hashes.length + 2)
  expect(of({ ...plain, probe: null })).toBe(of(plain))
  // Stands in stores: a change here makes every gallery stale.
  expect(of(plain)).toBe('03983f3ec9ffc4ef9a468ac9d7c90baa9c817c9cd35153bdc9aff57c955e09af')
})
