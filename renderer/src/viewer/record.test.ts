// Captions: the truth about what stands between the original's pixels and the eye.
import { expect, it } from 'vitest'
import { imageRecord, recordLines, shownAs, times, type ImageRecord, type Shown } from './record.ts'

const native: ImageRecord = {
  title: 'Probe 3',
  file: 'cam03.png',
  sha256: 'ab'.repeat(32),
  region: { x: 120, y: 44, width: 18, height: 22 },
  face: { width: 12.5, height: 16 },
  kind: 'native',
  scale: 1,
  model: null,
}
const plain: Shown = { enlarged: 12, perNative: 12, smoothed: false, turned: false }

it('says how large and by which means', () => {
  expect(shownAs(native, plain)).toBe('shown ×12, nearest')
  expect(shownAs(native, { ...plain, enlarged: 0.35, perNative: 0.35, smoothed: true })).toBe(
    'shown ×0.35, smoothed by the screen',
  )
  expect(shownAs({ ...native, kind: 'bicubic', scale: 12 }, { ...plain, enlarged: 1 })).toBe('shown ×12, bicubic')
  expect(
    shownAs({ ...native, kind: 'bicubic', scale: 32 }, { ...plain, enlarged: 1.25, perNative: 40, smoothed: true }),
  ).toBe('shown ×40, bicubic, of which ×1.25 by the screen')
  expect(shownAs({ ...native, kind: 'aligned' }, { ...plain, enlarged: 3, perNative: null })).toBe(
    'aligned chip, shown ×3, nearest',
  )
  expect(shownAs(native, { ...plain, turned: true })).toMatch('turned onto the eyes')
})

it('keeps the whole record: original, hash, region, resampler, model', () => {
  const lines = Object.fromEntries(
    recordLines({ ...native, kind: 'aligned', model: { name: 'r-1', sha256: 'cd'.repeat(32) } }, plain),
  )
  expect(lines).toMatchObject({
    Original: 'cam03.png',
    'SHA-256': 'ab'.repeat(32),
    Face: '12.5 × 16 px',
    Region: '18 × 22 px at (120, 44)',
    Model: 'r-1 (cdcdcdcd…)',
  })
  expect(recordLines(native, plain).map(([term]) => term)).not.toContain('Model')
})

it('cannot be changed once the image is shown', () => {
  const frozen = imageRecord(native)
  expect(Object.isFrozen(frozen) && Object.isFrozen(frozen.region)).toBe(true)
  expect(times(11.9999)).toBe('×12')
})
