// How numbers, times and sizes are written on the screen: the same everywhere.

/** Cosine scores: four decimals, a real minus sign, never a percentage. */
export const score = (value: number): string => signed(value.toFixed(4))
const signed = (text: string) => text.replace('-', '−')

/** Thin spaces between groups of three: 12 345. */
export const count = (value: number): string => value.toLocaleString('en').replaceAll(',', '\u202f')
/** "1 face", "3 faces". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = value / 1000
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1]
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}

const two = (n: number) => String(n).padStart(2, '0')
/** Local time, sortable, with seconds: 2026-11-22 14:03:07. */
export function time(iso: string): string {
  const at = new Date(iso)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
export const day = (iso: string): string => time(iso).slice(0, 10)

/** "about 3 min left". */
export function remaining(seconds: number): string {
  if (seconds < 60) return `about ${Math.max(1, Math.round(seconds))} s left`
  if (seconds < 3600) return `about ${Math.round(seconds / 60)} min left`
  return `about ${(seconds / 3600).toFixed(1)} h left`
}
/** First characters of a hash. */
export const prefix = (hash: string, length = 8): string => hash.slice(0, length)
/** Pixels: whole where they are, one decimal else. */
export const px = (value: number): string =>
  Math.abs(value - Math.round(value)) < 0.05 ? String(Math.round(value)) : value.toFixed(1)
/** Name without its folder, which stands in the tooltip. */
export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path
