// Splits tables into fields, as spreadsheets really write them.

/** UTF-8, with or without a byte order mark; what is not UTF-8 is read as Windows-1252; UTF-16 by its mark. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/**
 * Splits a table into rows of fields (RFC 4180: quoted fields may hold separators, line breaks and doubled quotes).
 * Fields are trimmed outside quotes; empty lines are left out.
 */
export function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  const endRow = (): void => {
    if (row.some((field) => field !== '')) rows.push(row)
    row = []
  }
  const quoted = (): string => {
    let field = ''
    for (at++; at < text.length; at++) {
      if (text[at] !== '"') field += text[at]!
      else if (text[at + 1] === '"') field += text[at++]!
      else break
    }
    at++
    // Whatever stands between the closing quote and the separator is not part of the field.
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
    return field
  }
  const plain = (): string => {
    const from = at
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
    return text.slice(from, at).trim()
  }
  while (at < text.length) {
    while (text[at] === ' ') at++
    row.push(text[at] === '"' ? quoted() : plain())
    if (text[at] === separator) {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++
    at++
    endRow()
  }
  endRow()
  return rows
}
