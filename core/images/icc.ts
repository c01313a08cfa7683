// Reads the name of a colour profile for the record; the conversion itself is the decoder's work.

const ascii = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join('')
    .replace(/\0[^]*$/, '')

/**
 * The profile's description: tag 'desc' as textDescriptionType (ICC.1:2001-04, 6.5.17) or multiLocalizedUnicodeType
 * (ICC.1:2022, 10.15). Returns null where there is none or the profile is damaged. Never throws.
 */
export function iccDescription(profile: Uint8Array): string | null {
  try {
    const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
    const count = Math.min(view.getUint32(128), 100)
    for (let k = 0; k < count; k++) {
      const entry = 132 + k * 12
      if (view.getUint32(entry) !== 0x64657363) continue
      const at = view.getUint32(entry + 4)
      const type = ascii(profile.subarray(at, at + 4))
      let text = ''
      if (type === 'desc') text = ascii(profile.subarray(at + 12, at + 12 + Math.min(view.getUint32(at + 8), 200)))
      if (type === 'mluc' && view.getUint32(at + 8) > 0) {
        const length = Math.min(view.getUint32(at + 20), 400)
        const from = at + view.getUint32(at + 24)
        text = new TextDecoder('utf-16be').decode(profile.subarray(from, from + length))
      }
      return text.replace(/[\p{C}\s]+/gu, ' ').trim() || null
    }
  } catch {
    return null
  }
  return null
}
