// Names of files come from outside: shown in a sentence they must neither break its line nor turn its reading order.

/** Controls, bidirectional overrides and isolates, zero-width and line separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu
const LONGEST = 120

/** The file's own name (no folders) in quotation marks, fit to stand in a message; other characters stay as they are. */
export function fileLabel(fileName: string): string {
  const own = fileName.split(/[/\\]/).at(-1) ?? ''
  const letters = Array.from(own.replace(unsafe, '\ufffd'))
  const shown = letters.length > LONGEST ? [...letters.slice(0, 70), '…', ...letters.slice(-40)] : letters
  return shown.length === 0 ? 'the unnamed file' : `“${shown.join('')}”`
}
