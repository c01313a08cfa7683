// The cache of decoded images: least recently used first out, one decoding at a time, failures forgotten.
import { expect, test } from 'vitest'
import { createImageCache, type Decoded } from './imageCache.ts'

const decoded = (bytes: number) => async () =>
  ({ image: { width: 1, height: 1, data: new Uint8Array(bytes) }, facts: {} }) as Decoded

test('keeps what was used last within its limit', async () => {
  const cache = createImageCache(10)
  await cache.get('a', decoded(4))
  await cache.get('b', decoded(4))
  await cache.get('a', decoded(99))
  await cache.get('c', decoded(4))
  expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true])
  expect(cache.bytes).toBe(8)
})

test('keeps one image that alone is over the limit', async () => {
  const cache = createImageCache(10)
  await cache.get('small', decoded(4))
  await cache.get('large', decoded(50))
  expect([cache.has('small'), cache.has('large'), cache.bytes]).toEqual([false, true, 50])
})

test('decodes once what is asked for twice at once', async () => {
  const cache = createImageCache(10)
  let times = 0
  const decode = async () => {
    times++
    return decoded(1)()
  }
  await Promise.all([cache.get('a', decode), cache.get('a', decode)])
  expect(times).toBe(1)
})

test('forgets a failure', async () => {
  const cache = createImageCache(10)
  await expect(cache.get('a', () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  await cache.get('a', decoded(3))
  expect(cache.bytes).toBe(3)
})
