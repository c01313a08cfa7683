// The exact bytes that hashes and digests of the audit chain are made of, in JavaScript and in SQL alike.

/**
 * One value, length first, so that no two lists of values give the same bytes:
 *
 *   NULL     n,
 *   integer  i<decimal digits>,
 *   real     r<16 hex digits, big-endian IEEE 754 binary64>,
 *   text     s<number of UTF-8 bytes>:<bytes>,
 *   blob     b<number of bytes>:<bytes>,
 */
export type Column = { readonly name: string; readonly as: 'integer' | 'real' | 'text' | 'blob' }

/** Arguments of concat(), which copies each value once and takes NULL for nothing. */
const fieldSql = ({ name, as }: Column): string => {
  const tag = (letter: string): string => `iif(${name} IS NULL,'n','${letter}')`
  const sized = (letter: string): string =>
    `${tag(letter)},octet_length(${name}),iif(${name} IS NULL,'',':'),${name},','`
  switch (as) {
    case 'integer':
      return `${tag('i')},${name},','`
    case 'real':
      return `${tag('r')},real8(${name}),','`
    case 'text':
      return sized('s')
    case 'blob':
      return sized('b')
  }
}

/**
 * SQL expression whose value is the encoded bytes of a row. Made by SQLite from the stored bytes, so that not even a
 * byte that is no valid UTF-8 can hide behind a decoder.
 * @param label text that comes first, e.g. the kind of record
 */
export const encodeSql = (label: string, columns: readonly Column[]): string =>
  `CAST(concat(${[`'${encode([label])}'`, ...columns.map(fieldSql)].join()}) AS BLOB)`

/** The same for values at hand: integers, text, null. */
export function encode(values: readonly (string | number | null)[]): string {
  return values
    .map((value) => {
      if (value === null) return 'n,'
      if (typeof value === 'string') return `s${Buffer.byteLength(value)}:${value},`
      if (!Number.isSafeInteger(value)) throw new Error(`only whole numbers are encoded, not ${value}`)
      return `i${value},`
    })
    .join('')
}

/** `id:integer name:text …` as columns. */
export const columns = (list: string): Column[] =>
  list
    .trim()
    .split(/\s+/)
    .map((item) => {
      const [name, as] = item.split(':')
      if (!name || !(as === 'integer' || as === 'real' || as === 'text' || as === 'blob'))
        throw new Error(`no column: ${item}`)
      return { name, as }
    })
