// The store that a start is about.
import path from 'node:path'
import { expect, it } from 'vitest'
import { defaultStore } from '../core/cli/arguments.ts'
import { instanceFolder, storeFolder } from './folders.ts'

it('is the one that --store names, in either spelling, wherever it stands', () => {
  expect(storeFolder(['electron', '.', '--store', '/a/b'])).toBe(path.resolve('/a/b'))
  expect(storeFolder(['electron', '--store=x y', '.'])).toBe(path.resolve('x y'))
})
it('is otherwise the one of the command line, so that both show the same cases', () => {
  expect(storeFolder(['electron', '.'])).toBe(defaultStore())
  expect(storeFolder(['electron', '.', '--store'])).toBe(defaultStore())
})
it('has an instance of its own, the same at every start', () => {
  expect(instanceFolder('/u', '/a')).toBe(instanceFolder('/u', '/a'))
  expect(instanceFolder('/u', '/a')).not.toBe(instanceFolder('/u', '/b'))
})
