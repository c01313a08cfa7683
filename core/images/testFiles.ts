// Files that tests make by hand, and the refusal they expect.
import { expect } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { decodeImage } from './decode.ts'

/** The sentence with which a file is refused; fails the test where it is not, or where anything else is thrown. */
export async function refusal(bytes: Uint8Array, name: string): Promise<UserFacingError> {
  const thrown = await decodeImage(bytes, name).then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(UserFacingError)
  return thrown as UserFacingError
}

/** One chunk of a PNG with its check sum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  let crc = -1
  for (const byte of body) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeInt32BE(~crc)
  return Buffer.concat([length, body, check])
}
