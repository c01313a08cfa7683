// One way to write a SHA-256: lower-case hex.
import { createHash } from 'node:crypto'

/** @returns SHA-256 of the bytes, 64 lower-case hex digits (FIPS 180-4). */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
