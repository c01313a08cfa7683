// Galleries arrive in parts, are checked once, and make room for others.
import { expect, test } from 'vitest'
import { createGalleryCache } from './galleryCache.ts'

const ids = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i + 1)
function send(cache: ReturnType<typeof createGalleryCache>, key: string, count = 2): void {
  cache.begin(key, 2, ids(count), ids(count))
  for (let i = 0; i < count; i++) cache.part(key, i * 2, Float32Array.of(0, 1))
  cache.end(key)
}

test('a gallery is there once it is complete, not before', () => {
  const cache = createGalleryCache(1000)
  cache.begin('a', 2, ids(1), ids(1))
  expect(cache.get('a')).toBeUndefined()
  cache.part('a', 0, Float32Array.of(1, 0))
  cache.end('a')
  expect(cache.get('a')).toMatchObject({ dim: 2, count: 1 })
})
test('one with a part missing is refused and not kept', () => {
  const cache = createGalleryCache(1000)
  cache.begin('a', 2, ids(2), ids(2))
  cache.part('a', 0, Float32Array.of(1, 0))
  expect(() => cache.end('a')).toThrow(/Template 2 is not of unit length/)
  expect(cache.get('a')).toBeUndefined()
})
test('the least recently used one makes room', () => {
  const cache = createGalleryCache(40)
  send(cache, 'a')
  send(cache, 'b')
  cache.get('a')
  send(cache, 'c')
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true])
})
