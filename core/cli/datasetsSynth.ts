// vestige synth-24: a small set of made-up people, for trying out training and evaluation without anyone's face.
import type { Command } from 'commander'
import { writeSynth24 } from '../datasets/writeSynth.ts'
import { parseCount } from './arguments.ts'
import { exit } from './exit.ts'
import { guarded } from './run.ts'
import { createTerminal, type Terminal } from './terminal.ts'

interface SynthOptions {
  readonly out: string
  readonly seed: number
  readonly json?: boolean
}

/** Adds the options of `vestige synth-24` to its command. */
export function addSynth24(command: Command, done: (code: number) => void): void {
  command
    .requiredOption('--out <folder>', 'new or empty folder; gets train/ and test/ with one folder a person')
    .option('--seed <n>', 'another seed makes other people', parseCount('--seed', 0, 2 ** 31 - 1), 1)
    .action(async (options: SynthOptions) => {
      const terminal = createTerminal(options.json === true)
      done(await guarded(terminal, (signal) => synth(terminal, options, signal)))
    })
}

async function synth(terminal: Terminal, { out, seed }: SynthOptions, signal: AbortSignal): Promise<number> {
  try {
    const onProgress = (n: number, total: number): void =>
      terminal.progress(n, total, `drawing faces, ${n} of ${total}`)
    const made = await writeSynth24(out, seed, { onProgress, signal })
    terminal.say(
      `${made.train} faces to train on and ${made.test} to test on, of ${made.people} people: ${made.folder}`,
    )
    terminal.result(made)
    return exit.ok
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    terminal.note('Stopped. Nothing was written.')
    return exit.cancelled
  }
}
