// Shortcuts as text: reading them, comparing them with key events, and writing them for people.

export interface Chord {
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
  /** Lower case `KeyboardEvent.key`, e.g. `k`, `f1`, `arrowdown`, `?`. */
  readonly key: string
}
export interface KeyLike {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const modifiers = new Set(['mod', 'alt', 'shift'])
const named: Record<string, string> = {
  esc: 'escape',
  space: ' ',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
  plus: '+',
}

/**
 * Reads `mod+shift+z`. `mod` is Ctrl, or Command on a Mac.
 * @throws Error where a modifier is unknown or the key is missing.
 */
export function parseKeys(text: string): Chord {
  const parts = text.toLowerCase().split('+')
  const last = parts.pop()
  if (!last) throw new Error(`"${text}" names no key`)
  for (const part of parts) if (!modifiers.has(part)) throw new Error(`"${text}" has an unknown modifier "${part}"`)
  return {
    mod: parts.includes('mod'),
    alt: parts.includes('alt'),
    shift: parts.includes('shift'),
    key: named[last] ?? last,
  }
}

const isPrintableSign = (key: string) => key.length === 1 && !/[a-z0-9 ]/.test(key)

/** Whether the event is this chord. Signs such as `?` need Shift on some layouts, so Shift is not compared for them. */
export function sameKeys(chord: Chord, event: KeyLike): boolean {
  const key = event.key.toLowerCase()
  if (key !== chord.key) return false
  if ((event.ctrlKey || event.metaKey) !== chord.mod || event.altKey !== chord.alt) return false
  return isPrintableSign(key) || event.shiftKey === chord.shift
}

/** One spelling per chord, so that two actions' shortcuts can be compared. */
export function canonicalKeys(text: string): string {
  const { mod, alt, shift, key } = parseKeys(text)
  return [mod && 'mod', alt && 'alt', shift && !isPrintableSign(key) && 'shift', key].filter(Boolean).join('+')
}

const shown: Record<string, string> = {
  escape: 'Esc',
  ' ': 'Space',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  delete: 'Del',
  enter: 'Enter',
  '-': '−',
}
/** `mod+shift+z` → `Ctrl+Shift+Z`. */
export function showKeys(text: string, mac = false): string {
  const { mod, alt, shift, key } = parseKeys(text)
  const name = shown[key] ?? (key.length === 1 ? key.toUpperCase() : key[0]!.toUpperCase() + key.slice(1))
  return [mod && (mac ? '⌘' : 'Ctrl'), alt && (mac ? '⌥' : 'Alt'), shift && (mac ? '⇧' : 'Shift'), name]
    .filter(Boolean)
    .join(mac ? '' : '+')
}

/** `Control+K Meta+K` is what aria-keyshortcuts wants; here for one chord. */
export function ariaKeys(text: string): string {
  const { mod, alt, shift, key } = parseKeys(text)
  return [mod && 'Control', alt && 'Alt', shift && 'Shift', key === ' ' ? 'Space' : key].filter(Boolean).join('+')
}
