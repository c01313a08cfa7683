// Reads the one value that verification packs pickle, and nothing else: no class, no call, no import can be named.
import { Cursor, damaged, type ByteFile } from './bytes.ts'

/** Bytes that stay in the file. */
export interface Slice {
  readonly offset: number
  readonly length: number
}
type Mark = { readonly mark: true }
/** @internal */
export type Pickled = Slice | boolean | number | Pickled[]

const MARK: Mark = { mark: true }
const MAX_ITEMS = 2_000_000
/** No compressed face is longer. */
const MAX_STRING = 16 * 1024 * 1024

/**
 * Protocols 2 to 5 of Python's pickle, of which only lists, tuples, booleans, small whole numbers and byte strings are
 * known (a Python 2 `str` counts as bytes). Byte strings are not read but located.
 * Source: CPython, Lib/pickletools.py.
 * @throws UserFacingError 'unreadable-file' for every other opcode and wherever the stack does not fit
 */
export function readPickle(file: ByteFile, name: string): Pickled {
  const cursor = new Cursor(file)
  const stack: (Pickled | Mark)[] = []
  const memo = new Map<number, Pickled>()
  let items = 0
  const wrong = (what: string): Error => damaged(name, what)
  const push = (value: Pickled | Mark): void => {
    if (++items > MAX_ITEMS) throw wrong('it holds too many values')
    stack.push(value)
  }
  const pop = (): Pickled => {
    const value = stack.pop()
    if (value === undefined || value === MARK) throw wrong('its values are not nested properly')
    return value as Pickled
  }
  const list = (): Pickled[] => {
    const value = stack.at(-1)
    if (!Array.isArray(value)) throw wrong('its values are not nested properly')
    return value
  }
  const sinceMark = (): Pickled[] => {
    const at = stack.lastIndexOf(MARK)
    if (at < 0) throw wrong('its values are not nested properly')
    const found = stack.splice(at + 1) as Pickled[]
    stack.pop()
    return found
  }
  const number = (bytes: number): number =>
    bytes === 8 ? Number(cursor.take(8).readBigUInt64LE()) : cursor.take(bytes).readUIntLE(0, bytes)
  const string = (lengthBytes: number): void => {
    const length = number(lengthBytes)
    if (length > MAX_STRING) throw wrong('a picture in it is too long')
    push({ offset: cursor.at, length })
    cursor.skip(length)
  }
  const remember = (key: number): void => {
    const top = stack.at(-1)
    if (top === undefined || top === MARK) throw wrong('its values are not nested properly')
    if (memo.size >= MAX_ITEMS) throw wrong('it holds too many values')
    memo.set(key, top as Pickled)
  }
  const recall = (key: number): void => {
    const value = memo.get(key)
    // A list that contains itself would never end.
    if (value === undefined || Array.isArray(value)) throw wrong('it refers to a value that cannot be shared')
    push(value)
  }

  const first = cursor.take(2)
  if (first[0] !== 0x80 || first[1]! < 2 || first[1]! > 5) throw wrong('it is no pickle of protocol 2 to 5')
  const append = (values: readonly Pickled[]): void => {
    const to = list()
    for (const value of values) to.push(value)
  }
  const opcodes: Readonly<Record<number, () => void>> = {
    0x28: () => push(MARK),
    0x29: () => push([]), // EMPTY_TUPLE
    0x42: () => string(4), // BINBYTES
    0x43: () => string(1), // SHORT_BINBYTES
    0x4a: () => push(cursor.take(4).readInt32LE()), // BININT
    0x4b: () => push(number(1)), // BININT1
    0x4d: () => push(number(2)), // BININT2
    0x54: () => string(4), // BINSTRING
    0x55: () => string(1), // SHORT_BINSTRING
    0x5d: () => push([]), // EMPTY_LIST
    0x61: () => append([pop()]), // APPEND
    0x65: () => append(sinceMark()), // APPENDS
    0x68: () => recall(number(1)), // BINGET
    0x6a: () => recall(number(4)), // LONG_BINGET
    0x71: () => remember(number(1)), // BINPUT
    0x72: () => remember(number(4)), // LONG_BINPUT
    0x74: () => push(sinceMark()), // TUPLE
    0x85: () => push([pop()]), // TUPLE1
    0x86: () => push([pop(), pop()].reverse()), // TUPLE2
    0x88: () => push(true),
    0x89: () => push(false),
    0x8e: () => string(8), // BINBYTES8
    0x94: () => remember(memo.size), // MEMOIZE
    0x95: () => cursor.skip(8), // FRAME
  }
  for (let code = cursor.take(1)[0]!; code !== 0x2e; code = cursor.take(1)[0]!) {
    const act = opcodes[code]
    if (!act)
      throw wrong(
        `it holds something other than pictures and answers (code 0x${code.toString(16)} at byte ${cursor.at - 1})`,
      )
    act()
  }
  const value = pop()
  if (stack.length > 0) throw wrong('its values are not nested properly')
  return value
}
