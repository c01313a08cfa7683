// Draws curves, points and bars as a small SVG: dark on white, labelled axes with units, a legend at the right.

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** line (default) joins the points in their order; marked: a line with a dot at each; dots: points alone. */
  readonly draw?: 'line' | 'marked' | 'dots'
  /** Position in the palette; default the series' own place. */
  readonly colour?: number
}
export interface Axis {
  /** With its unit. */
  readonly label: string
  readonly scale?: 'linear' | 'log'
  readonly from?: number
  readonly to?: number
  /** Places with a number; default chosen. */
  readonly ticks?: readonly number[]
}
export interface Plot {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

/** Wong's palette, legible with any colour vision; black first. @see Wong, Nature Methods 8, 2011 */
const COLOURS = ['#111111', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7a5195', '#8a8a00']
const DASHES = ['', '5 3', '2 2', '8 3 2 3']
const BOX = { left: 64, top: 34, width: 430, height: 300, right: 190, bottom: 48 }

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
const short = (v: number): string => String(Number(v.toFixed(2)))
const label = (v: number): string =>
  v !== 0 && Math.abs(v) < 1e-3 ? v.toExponential(0) : String(Number(v.toPrecision(4)))

/** Places of about `count` round numbers from `from` to `to`, or of the decades. */
function ticksOf(from: number, to: number, scale: 'linear' | 'log'): number[] {
  if (scale === 'log') {
    const decades = Math.max(1, Math.log10(to / from))
    const steps = decades > 2.5 ? [1] : [1, 2, 5]
    const out: number[] = []
    for (let e = Math.floor(Math.log10(from)); e <= Math.ceil(Math.log10(to)); e++)
      for (const s of steps)
        if (s * 10 ** e >= from * 0.999 && s * 10 ** e <= to * 1.001) out.push(Number((s * 10 ** e).toPrecision(6)))
    return out
  }
  const raw = (to - from) / 6
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 2.5, 5, 10].map((s) => s * power).find((s) => s >= raw * 0.999)!
  const out: number[] = []
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k++)
    out.push(Number((k * step).toPrecision(10)))
  return out
}

interface Mapped {
  readonly at: (v: number) => number
  readonly ticks: readonly number[]
  readonly inside: (v: number) => boolean
}
/** The axis' numbers onto pixels, counted from `start` over `length` (negative: upward). */
function mapped(axis: Axis, values: readonly number[], start: number, length: number): Mapped {
  const scale = axis.scale ?? 'linear'
  const usable = values.filter((v) => Number.isFinite(v) && (scale === 'linear' || v > 0))
  let from = axis.from ?? Math.min(...usable, Number.POSITIVE_INFINITY)
  let to = axis.to ?? Math.max(...usable, Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(from) || !Number.isFinite(to)) [from, to] = scale === 'log' ? [0.1, 1] : [0, 1]
  if (from === to) [from, to] = scale === 'log' ? [from / 2, to * 2] : [from - 0.5, to + 0.5]
  const t = (v: number): number => (scale === 'log' ? Math.log(v) : v)
  const at = (v: number): number => start + ((t(v) - t(from)) / (t(to) - t(from))) * length
  const slack = Math.abs(t(to) - t(from)) * 1e-9
  const inside = (v: number): boolean =>
    Number.isFinite(v) && (scale === 'linear' || v > 0) && t(v) >= t(from) - slack && t(v) <= t(to) + slack
  return { at, inside, ticks: (axis.ticks ?? ticksOf(from, to, scale)).filter(inside) }
}

function drawn({ points, draw = 'line' }: Series, x: Mapped, y: Mapped, colour: string, dash: string): string {
  const places = points
    .filter(([a, b]) => x.inside(a) && y.inside(b))
    .map(([a, b]) => [short(x.at(a)), short(y.at(b))] as const)
  const dots = places
    .map(([a, b]) => `<circle cx="${a}" cy="${b}" r="${draw === 'dots' ? 2 : 3}" fill="${colour}" fill-opacity="0.8"/>`)
    .join('')
  const line = `<polyline fill="none" stroke="${colour}" stroke-width="1.6"${dash ? ` stroke-dasharray="${dash}"` : ''} points="${places.map((p) => p.join(',')).join(' ')}"/>`
  return draw === 'dots' ? dots : draw === 'marked' ? line + dots : line
}

/** @returns a whole SVG document; points outside the axes, or on a log axis not above 0, are left out */
export function svg({ title, x, y, series }: Plot): string {
  const { left, top, width, height, right, bottom } = BOX
  const all = series.flatMap((s) => s.points)
  const mx = mapped(
    x,
    all.map((p) => p[0]),
    left,
    width,
  )
  const my = mapped(
    y,
    all.map((p) => p[1]),
    top + height,
    -height,
  )
  const legendHeight = top + series.length * 17 + 10
  const size = { w: left + width + right, h: Math.max(top + height + bottom, legendHeight) }
  const text = (px: number, py: number, value: string, more = ''): string =>
    `<text x="${short(px)}" y="${short(py)}"${more}>${escape(value)}</text>`
  const grid = [
    ...mx.ticks.map(
      (v) =>
        `<path d="M${short(mx.at(v))} ${top}v${height}" stroke="#dddddd"/>${text(mx.at(v), top + height + 16, label(v), ' text-anchor="middle"')}`,
    ),
    ...my.ticks.map(
      (v) =>
        `<path d="M${left} ${short(my.at(v))}h${width}" stroke="#dddddd"/>${text(left - 6, my.at(v) + 4, label(v), ' text-anchor="end"')}`,
    ),
  ]
  const styles = series.map((s, i) => {
    const place = s.colour ?? i
    return {
      colour: COLOURS[place % COLOURS.length]!,
      dash: DASHES[Math.floor(place / COLOURS.length) % DASHES.length]!,
    }
  })
  const legend = series.map((s, i) => {
    const py = top + 10 + i * 17
    const { colour, dash } = styles[i]!
    const sign =
      s.draw === 'dots'
        ? `<circle cx="${left + width + 22}" cy="${py - 4}" r="3" fill="${colour}"/>`
        : `<path d="M${left + width + 12} ${py - 4}h20" stroke="${colour}" stroke-width="1.6"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`
    return sign + text(left + width + 38, py, s.name.length > 25 ? `${s.name.slice(0, 24)}…` : s.name)
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.w}" height="${size.h}" viewBox="0 0 ${size.w} ${size.h}" font-family="system-ui, sans-serif" font-size="12" fill="#111111">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${size.w}" height="${size.h}" fill="#ffffff"/>`,
    text(left, 20, title, ' font-size="14" font-weight="600"'),
    ...grid,
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#111111"/>`,
    text(left + width / 2, top + height + 36, x.label, ' text-anchor="middle"'),
    `<text transform="translate(16 ${top + height / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`,
    ...series.map((s, i) => drawn(s, mx, my, styles[i]!.colour, styles[i]!.dash)),
    ...legend,
    '</svg>\n',
  ].join('\n')
}

const cell = (value: string | number): string =>
  typeof value === 'number'
    ? Number.isFinite(value)
      ? String(value)
      : ''
    : /[",\n\r]/.test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : value

/** RFC 4180 with line feeds; numbers that are none are empty. */
export const csv = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('')
