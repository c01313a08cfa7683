// Content-addressed originals: <folder>/blobs/ab/cdef… named by SHA-256, written once, read-only, checked on every read.
export interface BlobStore {
  /** Idempotent. @throws UserFacingError disk-full (nothing is left behind), integrity (a damaged file stands in its place) */
  put(bytes: Uint8Array): { sha256: string; bytes: number; created: boolean }
  /** @throws UserFacingError integrity where the file is missing or its bytes are not what they were */
  get(sha256: string): Uint8Array
  has(sha256: string): boolean
  /** Absolute path; for readers that stream. The bytes are unchecked. */
  path(sha256: string): string
  /** Only for the orphan of an import that failed; the caller knows that no record names it. */
  remove(sha256: string): void
}
