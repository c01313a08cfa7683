// Finds an animation in a PNG: the decoder shows one picture of it and does not say that there are more.

/** Number of frames by the acTL chunk (PNG, third edition, 11.3.6.1), or 1. Reads chunk headers up to the pixels. */
export function pngFrames(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8, chunks = 0; at + 12 <= bytes.byteLength && chunks < 1000; chunks++) {
    const type = view.getUint32(at + 4)
    if (type === 0x6163544c) return Math.max(1, view.getUint32(at + 8))
    if (type === 0x49444154) return 1
    at += 12 + view.getUint32(at)
  }
  return 1
}
