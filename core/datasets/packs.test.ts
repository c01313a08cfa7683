// Packs as Python and NumPy write them are read byte for byte; packs that are wrong in any way are refused.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { encodePng } from '../images/encode.ts'
import type { ByteFile } from './bytes.ts'
import { damaged, openBytes } from './bytes.ts'
import { openDataset } from './open.ts'
import { readPickle, type Slice } from './pickle.ts'
import { blocks, temporary } from './testFaces.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))
function file(name: string, bytes: Uint8Array): string {
  const { folder, remove } = temporary()
  made.push(remove)
  const place = path.join(folder, name)
  writeFileSync(place, bytes)
  return place
}
const inMemory = (bytes: Buffer): ByteFile => ({
  length: bytes.length,
  read: (at, count) => {
    if (at + count > bytes.length) throw damaged('x', 'it ends too early')
    return bytes.subarray(at, at + count)
  },
  close: () => {},
})

describe('pickles of ([b"AA", b"BBB", b"", b"CC"], [True, False])', () => {
  it.each([
    // As Python 2 wrote them, checked with CPython 3: pickle.loads(…, encoding='bytes').
    ['80025d7100285502414171015503424242710255007103550243437104655d7105288889658671062e'],
    // CPython 3.14, pickle.dumps(…, protocol=3) and protocol=5.
    ['80035d7100284302414171014303424242710243007103430243437104655d7105288889658671062e'],
    ['80059520000000000000005d942843024141944303424242944300944302434394655d942888896586942e'],
  ])('%s', (hex) => {
    const bytes = Buffer.from(hex, 'hex')
    const [pictures, answers] = readPickle(inMemory(bytes), 'x') as [Slice[], boolean[]]
    const text = ({ offset, length }: Slice): string => bytes.toString('latin1', offset, offset + length)
    expect(pictures.map(text)).toEqual(['AA', 'BBB', '', 'CC'])
    expect(answers).toEqual([true, false])
  })
  it('names no class and calls nothing', () => {
    // CPython: pickle.dumps(numpy.bool_(True), 2), and os.system by REDUCE.
    for (const hex of ['8002636e756d70790a64747970650a2e', '800263706f7369780a73797374656d0a5502696485522e'])
      expect(() => readPickle(inMemory(Buffer.from(hex, 'hex')), 'x')).toThrow('code 0x63 at byte 2')
  })
  it('whatever the bytes, they are read or refused with a sentence', () => {
    const codes = [0x28, 0x2e, 0x5d, 0x61, 0x65, 0x71, 0x68, 0x85, 0x86, 0x88, 0x55, 0x54, 0x8e, 0x94, 0x95, 1, 0, 255]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...codes), { maxLength: 40 }), (body) => {
        try {
          readPickle(inMemory(Buffer.from([0x80, 2, ...body])), 'x')
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(UserFacingError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** Protocol 3, as the test above shows CPython to write it. */
const pickled = (pictures: readonly Uint8Array[], same: readonly boolean[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x80, 3, 0x5d, 0x28]),
    ...pictures.flatMap((p) => {
      const head = Buffer.from([0x42, 0, 0, 0, 0])
      head.writeUInt32LE(p.length, 1)
      return [head, p]
    }),
    Buffer.from([0x65, 0x5d, 0x28, ...same.map((s) => (s ? 0x88 : 0x89)), 0x65, 0x86, 0x2e]),
  ])

describe('.bin', () => {
  it('pictures, pairs, and one identity per person', async () => {
    const faces = await Promise.all([1, 2, 3, 4].map((seed) => encodePng(blocks(seed))))
    const set = await openDataset(file('lfw.bin', pickled(faces, [true, false])))
    expect(set.samples.map((s) => s.identity)).toEqual(['lfw/00001', 'lfw/00001', 'lfw/00002a', 'lfw/00002b'])
    expect(set.pairs).toEqual([
      { a: 0, b: 1, same: true },
      { a: 2, b: 3, same: false },
    ])
    expect((await set.decode(2)).data).toEqual(blocks(3).data)
    await set.close()
  })
  it('a picture too many, and a file cut short', async () => {
    const whole = pickled([new Uint8Array(9), new Uint8Array(9), new Uint8Array(9)], [true])
    await expect(openDataset(file('a.bin', whole))).rejects.toThrow('3 pictures for 1 pairs')
    await expect(openDataset(file('a.bin', whole.subarray(0, 20)))).rejects.toThrow('ends too early')
  })
})

// NumPy 2.4: pixels (arange(36) * 7 % 251).reshape(3, 2, 2, 3), labels ['Bo', 'Änna', 'Bo'] by savez; then
// arange(24).reshape(2, 3, 2, 2) with issame [True] and zeros with labels of Python objects by savez_compressed.
const STORED =
  'UEsDBC0AAAAAAAAAIQBHpWI0//////////8KABQAaW1hZ2VzLm5weQEAEACkAAAAAAAAAKQAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIsIDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoABw4VHCMqMTg/Rk1UW2JpcHd+hYyTmqGor7a9xMvS2eDn7vVQSwMELQAAAAAAAAAhAAGs5sn//////////woAFABsYWJlbHMubnB5AQAQALAAAAAAAAAAsAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8VTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCkIAAABvAAAAAAAAAAAAAADEAAAAbgAAAG4AAABhAAAAQgAAAG8AAAAAAAAAAAAAAFBLAQItAy0AAAAAAAAAIQBHpWI0pAAAAKQAAAAKAAAAAAAAAAAAAACAAQAAAABpbWFnZXMubnB5UEsBAi0DLQAAAAAAAAAhAAGs5smwAAAAsAAAAAoAAAAAAAAAAAAAAIAB4AAAAGxhYmVscy5ucHlQSwUGAAAAAAIAAgBwAAAAzAEAAAAA'
const PACKED =
  'UEsDBC0AAAAIAAAAIQDZkyvN//////////8IABQAZGF0YS5ucHkBABAAmAAAAAAAAABjAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsY6CkDSSFNHoVaBDMDFwMjEzMLKxs7BycXNw8vHLyAoJCwiKiYOAFBLAwQtAAAACAAAACEAujQuc///////////CgAUAGlzc2FtZS5ucHkBABAAgQAAAAAAAABFAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF6TZKiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6mjoKtQoUAC5GAFBLAQItAy0AAAAIAAAAIQDZkyvNYwAAAJgAAAAIAAAAAAAAAAAAAACAAQAAAABkYXRhLm5weVBLAQItAy0AAAAIAAAAIQC6NC5zRQAAAIEAAAAKAAAAAAAAAAAAAACAAZ0AAABpc3NhbWUubnB5UEsFBgAAAAACAAIAbgAAAB4BAAAAAA=='
const OBJECTS =
  'UEsDBC0AAAAIAAAAIQBlWdk5//////////8IABQAZGF0YS5ucHkBABAAjAAAAAAAAABLAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6CkZgZKypo1CrQAbgYkACAFBLAwQtAAAACAAAACEACvTsev//////////CgAUAGxhYmVscy5ucHkBABAAFgEAAAAAAADEAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF7jr66joJ6WX1RSlJgXn1+UkgoSdkvMKU4FihdnJBakAvkahjqaOgq1CpQArgaWqd0MENAjlleaW1CpF5+cX5Sql1uaU5KZWFSUWDmlhye+KDU5P6+4pKg0uWTK5Ck9rGCVU3rY81IgSiZP8WZoneLMmDSlfUrQFA1vRm/G1ikZzD2sKSWVBakgLUz+FlM6OyCyzD2MNVP8/Py8/gMBmPC2L5mS1Bk7pXZKIpChBwBQSwECLQMtAAAACAAAACEAZVnZOUsAAACMAAAACAAAAAAAAAAAAAAAgAEAAAAAZGF0YS5ucHlQSwECLQMtAAAACAAAACEACvTsesQAAAAWAQAACgAAAAAAAAAAAAAAgAGFAAAAbGFiZWxzLm5weVBLBQYAAAAAAgACAG4AAACFAQAAAAA='

describe('.npz', () => {
  it('pixels with labels, stored', async () => {
    const set = await openDataset(file('faces.npz', Buffer.from(STORED, 'base64')))
    expect(set.samples.map((s) => s.identity)).toEqual(['Bo', 'Änna', 'Bo'])
    const all = Array.from({ length: 36 }, (_, i) => (i * 7) % 251)
    expect([...(await set.decode(1)).data]).toEqual(all.slice(12, 24))
    await set.close()
  })
  it('planes with pairs, deflated', async () => {
    const set = await openDataset(file('faces.npz', Buffer.from(PACKED, 'base64')))
    expect(set.pairs).toEqual([{ a: 0, b: 1, same: true }])
    expect([...(await set.decode(1)).data]).toEqual([12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23])
    await set.close()
  })
  it('Python objects are refused', async () => {
    await expect(openDataset(file('a.npz', Buffer.from(OBJECTS, 'base64')))).rejects.toThrow('Python objects')
  })
  it('any changed byte is read or refused with a sentence', async () => {
    for (const source of [STORED, PACKED])
      for (let at = 0, bytes = Buffer.from(source, 'base64'); at < bytes.length; at += 3) {
        const changed = Buffer.from(bytes)
        changed[at]! ^= 0x81
        try {
          const set = await openDataset(file('a.npz', changed))
          await set.decode(0).finally(() => set.close())
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(UserFacingError)
        }
      }
  })
  it('a cut file', async () => {
    const place = file('a.npz', Buffer.from(STORED, 'base64').subarray(0, 300))
    await expect(openDataset(place)).rejects.toThrow('no zip archive')
    const bytes = openBytes(place, 'a.npz')
    expect(() => bytes.read(290, 20)).toThrow('ends too early')
    bytes.close()
  })
})
