// The words of the command line, right and wrong.
import { describe, expect, it } from 'vitest'
import { defaultStore, parseBox, parseCount, parsePoints, parseTriple } from './arguments.ts'

describe('arguments', () => {
  it('reads a box and refuses what is none', () => {
    expect(parseBox('1,2.5,18,22')).toEqual({ x: 1, y: 2.5, width: 18, height: 22 })
    for (const bad of ['1,2,3', '1,2,3,x', '1,,3,4', '1,2,0,4', '1,2,3,-4', ''])
      expect(() => parseBox(bad)).toThrow(/--box/)
  })
  it('reads five points in the order of the contract', () => {
    const points = parsePoints('1,2,3,4,5,6,7,8,9,10')
    expect(points[0]).toEqual({ x: 1, y: 2 })
    expect(points[4]).toEqual({ x: 9, y: 10 })
    expect(() => parsePoints('1,2,3')).toThrow(/10 numbers/)
  })
  it('takes whole numbers within bounds only', () => {
    const top = parseCount('--top', 1, 100)
    expect(top('20')).toBe(20)
    for (const bad of ['0', '101', '2.5', 'x', '']) expect(() => top(bad)).toThrow(/--top/)
  })
  it('takes one number for three channels', () => {
    expect(parseTriple('--mean')('127.5')).toEqual([127.5, 127.5, 127.5])
    expect(parseTriple('--mean')('1,2,3')).toEqual([1, 2, 3])
  })
  it('finds the default store where each platform keeps application data', () => {
    expect(defaultStore({ VESTIGE_STORE: '/a/b' }, 'linux')).toBe('/a/b')
    expect(defaultStore({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/vestige/store')
    expect(defaultStore({ APPDATA: '/roaming' }, 'win32')).toContain('Vestige')
  })
})
