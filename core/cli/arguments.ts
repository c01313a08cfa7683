// Turns the words of the command line into the contract's values, or says what is wrong with them.
import { homedir } from 'node:os'
import path from 'node:path'
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'

/** Folder of the store when none is named: $VESTIGE_STORE, or the platform's place for application data. */
export function defaultStore(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env['VESTIGE_STORE']) return path.resolve(env['VESTIGE_STORE'])
  if (platform === 'win32')
    return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'Vestige', 'store')
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Vestige', 'store')
  return path.join(env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'vestige', 'store')
}

function numbers(text: string, count: number, option: string, example: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (values.length !== count || !values.every(Number.isFinite))
    throw new UserFacingError(
      'invalid-input',
      `${option} takes ${count} numbers with commas between them, e.g. ${example}; got "${text}".`,
    )
  return values
}

/** `x,y,width,height` in pixels of the oriented image. */
export function parseBox(text: string): Box {
  const [x, y, width, height] = numbers(text, 4, '--box', '120,64,18,22') as [number, number, number, number]
  if (width <= 0 || height <= 0)
    throw new UserFacingError('invalid-input', `--box needs a width and a height above 0; got "${text}".`)
  return { x, y, width, height }
}

/** Ten numbers: image-left eye, image-right eye, nose, image-left and image-right mouth corner, x then y each. */
export function parsePoints(text: string): FivePoints {
  const v = numbers(text, 10, '--points', '124,70,132,70,128,75,125,80,131,80')
  return [0, 2, 4, 6, 8].map((i) => ({ x: v[i] ?? 0, y: v[i + 1] ?? 0 })) as unknown as FivePoints
}

/** A whole number within bounds. */
export function parseCount(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least || value > most)
      throw new UserFacingError(
        'invalid-input',
        `${option} takes a whole number from ${least} to ${most}; got "${text}".`,
      )
    return value
  }
}

/** Three numbers, or one for all three channels. */
export function parseTriple(option: string): (text: string) => [number, number, number] {
  return (text) => {
    const parts = text.split(',').length === 1 ? [text, text, text].join(',') : text
    return numbers(parts, 3, option, '127.5 or 123.675,116.28,103.53') as [number, number, number]
  }
}
