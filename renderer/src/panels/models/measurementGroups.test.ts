// A card's measurements: said once, one line a resolution, no digits that the standard error makes meaningless.
import { expect, it } from 'vitest'
import { measurementGroups } from './measurementGroups.ts'

const row = { what: 'Accuracy (area 0.9469)', value: 0.8866666666666667, standardError: 0.012941463652983052, n: 600 }

it('joins lines of one measurement and keeps apart what was measured otherwise', () => {
  const groups = measurementGroups([
    { ...row, resolution: '7 px', command: 'a' },
    { ...row, what: 'Accuracy (area 0.9606)', resolution: '8 px', command: 'a' },
    { ...row, resolution: '7 px', command: 'b' },
    { ...row, what: 'Time (in ms) of one face', resolution: '112 px', command: 'a' },
  ])
  expect(groups.map(({ what, command, lines }) => [what, command, lines.length])).toEqual([
    ['Accuracy', 'a', 2],
    ['Accuracy', 'b', 1],
    ['Time (in ms) of one face', 'a', 1],
  ])
  expect(groups[0]!.lines.map(({ resolution, note }) => [resolution, note])).toEqual([
    ['7 px', 'area 0.9469'],
    ['8 px', 'area 0.9606'],
  ])
})

it.each([
  [0.8866666666666667, 0.012941463652983052, '0.887 ± 0.013'],
  [0.999, 0.0013, '0.9990 ± 0.0013'],
  [27.41, 1.2, '27.4 ± 1.2'],
  [0.9533333333333334, null, '0.9533'],
  [3, 0, '3'],
])('writes %f with error %f as %s', (value, standardError, written) => {
  const [group] = measurementGroups([{ ...row, value, standardError, resolution: '7 px', command: '' }])
  expect(group!.lines[0]!.value).toBe(written)
})
