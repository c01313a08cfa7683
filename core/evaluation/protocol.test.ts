// Protocol files: the shipped ones are valid, the hash is of the content, and what is wrong is named.
import { expect, it } from 'vitest'
import { checkProtocol, contentHash, protocolNames, readProtocol } from './protocol.ts'

it.each(protocolNames())('%s is valid and bears its own name', (name) => expect(readProtocol(name).name).toBe(name))

it('the hash does not see the order of keys, and sees every value', () => {
  expect(contentHash({ a: 1, b: [{ d: 2, c: NaN }] })).toBe(contentHash({ b: [{ c: NaN, d: 2 }], a: 1 }))
  expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }))
  expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }))
})

it('says what is wrong with a file', () => {
  const good = { ...readProtocol('lfw-pairs') }
  expect(() => checkProtocol({ ...good, resolutions: [2] }, 'x.json')).toThrow(/"x.json" is not valid: resolutions\.0/)
  expect(() => checkProtocol({ ...good, colour: 1 }, 'x.json')).toThrow(/not valid/)
  expect(() => readProtocol('no-such')).toThrow(/Name one of .*lfw-pairs/)
})
