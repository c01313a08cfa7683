// Names of colour profiles, of both generations, whole and damaged.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iccDescription } from './icc.ts'

/** A profile with one tag, 'desc', holding `body`. */
function profile(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(144 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(128, 1)
  view.setUint32(132, 0x64657363)
  view.setUint32(136, 144)
  view.setUint32(140, body.length)
  bytes.set(body, 144)
  return bytes
}

test('version 2: text', () => {
  const name = 'sRGB IEC61966-2.1\0'
  const body = Buffer.concat([Buffer.from('desc\0\0\0\0'), Buffer.from([0, 0, 0, name.length]), Buffer.from(name)])
  expect(iccDescription(profile(body))).toBe('sRGB IEC61966-2.1')
})
test('version 4: the first of several languages', () => {
  const name = Buffer.from('Größe\n1', 'utf16le').swap16()
  const head = Buffer.alloc(28)
  head.write('mluc')
  head.writeUInt32BE(1, 8)
  head.writeUInt32BE(12, 12)
  head.write('deDE', 16)
  head.writeUInt32BE(name.length, 20)
  head.writeUInt32BE(28, 24)
  expect(iccDescription(profile(Buffer.concat([head, name])))).toBe('Größe 1')
})
test('damaged profiles have no name, and never throw', () => {
  expect(iccDescription(new Uint8Array(0))).toBeNull()
  const kinds = fc.constantFrom('desc', 'mluc', 'xxxx')
  fc.assert(
    fc.property(kinds, fc.uint8Array({ maxLength: 60 }), (kind, rest) => {
      const name = iccDescription(profile(Buffer.concat([Buffer.from(kind), rest])))
      expect(name === null || name.length <= 200).toBe(true)
    }),
  )
})
