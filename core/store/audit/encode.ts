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

const fieldSql = ({ name, as }: Column): string => {
  switch (as) {
    case 'integer':
      return `coalesce('i'||${name}||',','n,')`
    case 'real':
      return `coalesce('r'||real8(${name})||',','n,')`
    case 'text':
      return `coalesce('s'||octet_length(${name})||':'||${name}||',','n,')`
    case 'blob':
      return `coalesce('b'||octet_length(${name})||':'||${name}||',','n,')`
  }
}

/**
 * SQL expression whose value is the encoded bytes of a row. Made by SQLite from the stored bytes, so that not even a
 * byte that is no valid UTF-8 can hide behind a decoder.
 * @param label text that comes first, e.g. the kind of record
 */
export const encodeSql = (label: string, columns: readonly Column[]): string =>
  `CAST(${[`'${encode([label])}'`, ...columns.map(fieldSql)].join('||')} AS BLOB)`

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
