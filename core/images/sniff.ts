// Tells what a file is by its first bytes, because its name may lie.

export type Readable = 'jpeg' | 'png' | 'tiff' | 'webp' | 'bmp' | 'gif'
export type Sniffed =
  | { readonly kind: Readable; readonly label: string }
  /** Known, but not one we read: `label` names it and `advice` says what to do. */
  | { readonly kind: 'refused'; readonly label: string; readonly advice: string }
  | { readonly kind: 'unknown' }

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(Math.min(from, bytes.length), Math.min(to, bytes.length)))

const asPicture = 'Save it as JPEG, PNG or TIFF in the program it comes from and add that file.'
const asFrames = 'Extract the frames as PNG or TIFF and add those.'
const refused = (label: string, advice: string): Sniffed => ({ kind: 'refused', label, advice })

export const formatLabels: Record<Readable, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  tiff: 'TIFF',
  webp: 'WebP',
  bmp: 'BMP',
  gif: 'GIF',
}
const readable = (kind: Readable): Sniffed => ({ kind, label: formatLabels[kind] })

function isoMedia(brand: string): Sniffed {
  if (/^(avif|avis)/.test(brand)) return refused('an AVIF picture', asPicture)
  if (/^(hei|hev|mif1|msf1)/.test(brand)) return refused('a HEIC picture', asPicture)
  if (/^(crx )/.test(brand)) return refused('a camera raw file', asPicture)
  return refused('a video', asFrames)
}

/** Sizes of the bitmap headers that exist: "BM" alone is two letters of any text. */
const bmpHeaders = [12, 40, 52, 56, 64, 108, 124]
/** Matroska, MPEG program and elementary streams, Flash, Ogg. */
const videos = ['\x1a\x45\xdf\xa3', '\0\0\x01\xba', '\0\0\x01\xb3', 'FLV\x01', 'OggS']
const archives = ['PK\x03\x04', 'Rar!', '7z\xbc\xaf', '\x1f\x8b']

/** Classifies by magic number; reads at most the first 600 bytes. */
export function sniff(bytes: Uint8Array): Sniffed {
  const head = text(bytes, 0, 16)
  if (head.startsWith('\xff\xd8\xff')) return readable('jpeg')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return readable('png')
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(head))
    return head.startsWith('CR', 8) ? refused('a camera raw file', asPicture) : readable('tiff')
  if (/^RIFF[^]{4}WEBP/.test(head)) return readable('webp')
  if (/^RIFF[^]{4}AVI /.test(head)) return refused('a video', asFrames)
  if (/^GIF8[79]a/.test(head)) return readable('gif')
  if (head.startsWith('BM') && bmpHeaders.includes(bytes[14] ?? 0)) return readable('bmp')
  if (head.startsWith('ftyp', 4)) return isoMedia(head.slice(8, 12))
  if (head.startsWith('JXL ', 4) || head.startsWith('\xff\x0a')) return refused('a JPEG XL picture', asPicture)
  if (head.startsWith('jP  ', 4) || head.startsWith('\xff\x4f\xff\x51'))
    return refused('a JPEG 2000 picture', asPicture)
  if (/^(FUJIFILM|II(RO|U\0|RS))/.test(head)) return refused('a camera raw file', asPicture)
  if (head.startsWith('8BPS')) return refused('a Photoshop file', asPicture)
  if (head.startsWith('%PDF')) return refused('a PDF document', 'Extract the picture from it as PNG and add that.')
  if (videos.some((start) => head.startsWith(start))) return refused('a video', asFrames)
  if (archives.some((start) => head.startsWith(start)))
    return refused('an archive', 'Unpack it and add the pictures in it.')
  if (/^\s*(<\?xml[^]{0,500})?<svg/.test(text(bytes, 0, 600).replace(/^\xef\xbb\xbf/, '')))
    return refused('an SVG drawing', 'A drawing has no pixels of a face; add the picture it shows.')
  return { kind: 'unknown' }
}

const extensions: Record<string, Readable> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  png: 'png',
  apng: 'png',
  tif: 'tiff',
  tiff: 'tiff',
  webp: 'webp',
  bmp: 'bmp',
  dib: 'bmp',
  gif: 'gif',
}
/** TIFF-shaped raw files of cameras: their first picture is a thumbnail, so they must not pass as TIFF. */
const rawExtensions = /^(dng|nef|nrw|arw|srf|sr2|cr2|pef|orf|rw2|3fr|iiq|erf|mef|mos|kdc|dcr|raw)$/

export const extensionOf = (fileName: string): string => /\.([^./\\]{1,10})$/.exec(fileName)?.[1]?.toLowerCase() ?? ''

/** A warning where the name says another format than the content, or null. */
export function mislabelled(fileName: string, kind: Readable): string | null {
  const extension = extensionOf(fileName)
  if (extension === '' || extensions[extension] === kind) return null
  const named = extensions[extension]
  return `named .${extension.replace(/[^a-z0-9]/g, '?')}${named ? '' : ', which is no picture format'}, but the content is ${formatLabels[kind]}: read as ${formatLabels[kind]}`
}

/** Whether a TIFF is a camera's raw file by its name. */
export const isRawName = (fileName: string): boolean => rawExtensions.test(extensionOf(fileName))
