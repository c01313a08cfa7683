// Copies at a small size, and the folder that faces come from.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readPairs } from '../datasets/pairs.ts'
import { encodePng } from '../images/encode.ts'
import { resize } from '../images/resample.ts'
import { noise, texture } from '../images/testPatterns.ts'
import { faceFolder, facePairs, fingerprinted } from './faceFolder.ts'
import { CLEAN, asFace, lowResolution } from './faceView.ts'
import { remembering } from './templateStore.ts'

const face = texture(112, 112)

it('a copy is the 8-bit round trip through its side; full size is the face itself', () => {
  expect(lowResolution(face, 14, CLEAN, 'a')).toEqual(resize(resize(face, 14, 14, 'bicubic'), 112, 112, 'bicubic'))
  expect(lowResolution(face, 112, CLEAN, 'a')).toBe(face)
  const linear = lowResolution(face, 14, { ...CLEAN, down: 'bilinear' }, 'a')
  expect(linear).toEqual(resize(resize(face, 14, 14, 'bilinear'), 112, 112, 'bicubic'))
  expect(asFace(noise(56, 56)).width).toBe(112)
  const native = resize(face, 24, 24, 'bicubic')
  expect(lowResolution(face, 24, CLEAN, 'a', 16)).toEqual(resize(native, 16, 16, 'bicubic'))
  expect(lowResolution(face, 24, CLEAN, 'a', 24)).toEqual(native)
  expect(asFace(noise(20, 30))).toMatchObject({ width: 112, height: 112 })
})

it('a degraded face is the same at every call, another one for another seed', () => {
  const at = (seed: number, key: string) => lowResolution(face, 112, { ...CLEAN, degraded: { seed } }, key).data
  const keys = Array.from({ length: 4 }, (_, i) => `face ${i}`)
  expect(keys.map((k) => at(1, k))).toEqual(keys.map((k) => at(1, k)))
  expect(keys.map((k) => at(1, k))).not.toEqual(keys.map((k) => at(2, k)))
})

it('reads LFW names in any image format, fingerprints pixels, and says which file is missing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-faces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(path.join(folder, 'Ann_Lee'))
  writeFileSync(path.join(folder, 'Ann_Lee', 'Ann_Lee_0001.png'), await encodePng(face))
  writeFileSync(path.join(folder, 'Ann_Lee', 'Ann_Lee_0002.png'), await encodePng(noise(20, 30)))
  const pairs = facePairs(readPairs('1 1\nAnn_Lee 1 3\nAnn_Lee 1 Bo 2\n'))
  expect(pairs.map((p) => p.second)).toEqual(['Ann_Lee/Ann_Lee_0003', 'Bo/Bo_0002'])
  expect(pairs[1]).toMatchObject({ same: false, subjects: ['Ann_Lee', 'Bo'] })
  expect(() => facePairs(readPairs('1 1\nAnn_Lee 1 3\nAnn_Lee 1 Bo 2\n'), [2])).toThrow(/no fold 2/)

  const counted = fingerprinted(faceFolder(folder))
  const load = remembering(counted.load)
  expect(await load(pairs[0]!.first)).toEqual(face)
  expect(await load(pairs[0]!.first)).toBe(await load(pairs[0]!.first))
  expect(counted.fingerprint()).toMatchObject({ images: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  await expect(load('Ann_Lee/Ann_Lee_0002')).rejects.toThrow(/20 x 30 px/)
  await expect(load('Bo/Bo_0002')).rejects.toThrow(/Bo_0002\.jpg" is not there/)
})
