// What the command writes, for people and for programs.
import { describe, expect, it } from 'vitest'
import { createTerminal, printable, progressLine, table } from './terminal.ts'

function record(isTTY: boolean): { out: string; err: string; streams: Parameters<typeof createTerminal>[1] } {
  const kept = { out: '', err: '', streams: undefined as Parameters<typeof createTerminal>[1] }
  kept.streams = {
    out: { write: (t: string) => (kept.out += t) },
    err: { isTTY, columns: 60, write: (t: string) => (kept.err += t) },
  }
  return kept
}

describe('terminal', () => {
  it('gives a program one JSON value on stdout and nothing else there', () => {
    const io = record(false)
    const terminal = createTerminal(true, io.streams)
    terminal.say('for people')
    terminal.progress(1, 2, 'working')
    terminal.result({ a: 1 })
    expect(io.out).toBe('{"a":1}\n')
    expect(io.err).toBe('')
  })
  it('tells a program about an error as JSON and a person in a sentence', () => {
    const io = record(false)
    createTerminal(true, io.streams).error({ code: 'not-found', message: 'There is no gallery "x".' })
    expect(JSON.parse(io.out)).toEqual({ error: { code: 'not-found', message: 'There is no gallery "x".' } })
    expect(io.err).toBe('vestige: There is no gallery "x".\n')
  })
  it('draws progress on a terminal only, and wipes it before the next line', () => {
    const io = record(true)
    const terminal = createTerminal(false, io.streams)
    terminal.progress(1, 4, 'enrolling')
    terminal.say('done')
    expect(io.err).toContain('[#####---------------]  25 %  enrolling')
    expect(io.err.endsWith('\r\u001b[2K')).toBe(true)
    expect(io.out).toBe('done\n')
  })
  it('never lets a file name move the cursor or colour the screen', () => {
    expect(printable('a\u001b[31mb\nc')).toBe('a\ufffd[31mb\ufffdc')
  })
  it('keeps a progress line within the terminal', () => {
    expect(progressLine(5, 10, 'x'.repeat(200), 40)).toHaveLength(39)
    expect(progressLine(0, 0, 'nothing')).toContain('  0 %')
  })
  it('lines columns up', () => {
    expect(table(['a', 'long'], [['xyz', '1']])).toEqual(['a    long', 'xyz  1'])
  })
})
