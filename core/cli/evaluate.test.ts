// Words of vestige evaluate: lists of numbers, and the protocol as the command line changes it.
import { expect, it } from 'vitest'
import { readProtocol } from '../evaluation/protocol.ts'
import { effective, parseNumbers, parseSecond, type EvaluateOptions } from './evaluate.ts'

it('lists of numbers take ranges', () => {
  expect(parseNumbers('--x', 4, 99)('7,10-12')).toEqual([7, 10, 11, 12])
  expect(parseNumbers('--resolutions', 4, 1024)('6-32')).toEqual(Array.from({ length: 27 }, (_, i) => 6 + i))
  expect(() => parseNumbers('--x', 4, 99)('7,a')).toThrow(/--x takes/)
  for (const wrong of ['12-7', '3-9', '7-', '-7', '6-9-12', '7,,8'])
    expect(() => parseNumbers('--x', 4, 99)(wrong), wrong).toThrow(/--x takes/)
  expect(parseSecond('20,0.5')).toEqual({ upTo: 20, weight: 0.5 })
  expect(() => parseSecond('20,2')).toThrow(/--second/)
})

it('the command line changes what is hashed, and nothing that the protocol does not have', () => {
  const given = (options: Partial<EvaluateOptions>): EvaluateOptions => options as EvaluateOptions
  const protocol = readProtocol('lfw-pairs')
  expect(effective(protocol, given({}))).toEqual(protocol)
  const changed = effective(protocol, given({ resolutions: [9], mode: 'lr-lr', down: 'bilinear', degraded: 3 }))
  expect(changed).toMatchObject({ resolutions: [9], mode: 'lr-lr', down: 'bilinear', degraded: { seed: 3 } })
  expect(() => effective(readProtocol('tinyface'), given({ mode: 'lr-lr' }))).toThrow(
    /--mode is for protocols of pairs/,
  )
  expect(effective(readProtocol('tinyface'), given({ resolutions: [16] }))).toMatchObject({ resolutions: [16] })
})
