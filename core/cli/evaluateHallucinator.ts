// vestige evaluate-hallucinator: how true made-up faces are, as a table and as JSON.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import type { HallucinationResult, Mean } from '../evaluation/hallucination.ts'
import { evaluateHallucinator, writeHallucinatorFiles } from '../learning/evaluateHallucinator.ts'
import { PEOPLE_FILE } from '../learning/evaluateLeak.ts'
import { loadModel } from '../models/packages.ts'
import { parseCount } from './arguments.ts'
import { parseNumbers } from './evaluate.ts'
import { findHallucinator, findModel } from './evaluateModel.ts'
import { exit } from './exit.ts'
import { allOrNothing, commandLine } from './run.ts'
import { createTerminal, table, type Terminal } from './terminal.ts'

interface Options {
  readonly model: string
  readonly data: string
  readonly pairs: string
  readonly recogniser: string[]
  readonly store: string
  readonly folds?: number[]
  readonly resolutions: number[]
  readonly faces?: number
  readonly threads?: number
  readonly out?: string
  readonly json?: boolean
}

const plusMinus = ({ mean, se }: Mean, digits: number): string => `${mean.toFixed(digits)} ± ${se.toFixed(digits)}`
const percent = ({ mean, se }: Mean): string => `${(100 * mean).toFixed(1)} ± ${(100 * se).toFixed(1)}`

/** Pixels first, then each recogniser's view. */
export function hallucinatorTables(results: readonly HallucinationResult[]): string[] {
  const judges = Object.keys(results[0]?.judged ?? {})
  return [
    ...table(
      ['px', 'PSNR dB', 'bicubic', 'gain', 'SSIM', 'bicubic', 'gain'],
      results.map(({ resolution, hallucinated, bicubic, gain }) => [
        String(resolution),
        plusMinus(hallucinated.psnr, 2),
        plusMinus(bicubic.psnr, 2),
        plusMinus(gain.psnr, 2),
        plusMinus(hallucinated.ssim, 4),
        plusMinus(bicubic.ssim, 4),
        plusMinus(gain.ssim, 4),
      ]),
    ),
    ...judges.flatMap((judge) => [
      `By ${judge}:`,
      ...table(
        ['px', 'cosine to the true face', 'bicubic', 'nearer to another person %', 'bicubic'],
        results.map(({ resolution, judged }) => {
          const { hallucinated, bicubic } = judged[judge]!
          return [
            String(resolution),
            plusMinus(hallucinated.cosine, 4),
            plusMinus(bicubic.cosine, 4),
            percent(hallucinated.nearerToOther),
            percent(bicubic.nearerToOther),
          ]
        }),
      ),
    ]),
  ]
}

async function run(
  terminal: Terminal,
  signal: AbortSignal,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const found = findHallucinator(options.model, options.store)
  const people = path.join(found.folder, PEOPLE_FILE)
  const judges = []
  for (const each of options.recogniser)
    judges.push(await findModel(each, options.store, (line) => terminal.note(line)))
  const { record, scores } = await evaluateHallucinator({
    model: {
      bytes: loadModel(found),
      card: found.card,
      trainedPeople: existsSync(people) ? readFileSync(people, 'utf8').split(/\r?\n/).filter(Boolean) : null,
    },
    judges,
    data: options.data,
    pairs: options.pairs,
    folds: options.folds,
    resolutions: options.resolutions,
    faces: options.faces,
    threads: options.threads,
    command: commandLine(words),
    signal,
    progress: (done, total, what) => terminal.progress(done, total, what),
  })
  if (options.out !== undefined)
    terminal.note(`Written to ${options.out}: ${writeHallucinatorFiles(options.out, record, scores).join(', ')}.`)
  const [first] = record.results
  terminal.say(`${record.model.name}: ${first!.faces} faces of ${first!.people} people, shrunk without degradation.`)
  for (const line of hallucinatorTables(record.results)) terminal.say(line)
  terminal.say(record.leak.says)
  terminal.say(
    `${record.medianMs.toFixed(0)} ms a face (median, the network alone); result ${record.sha256.slice(0, 12)}, ${record.seconds} s.`,
  )
  terminal.result(record)
  return exit.ok
}

/** Adds the options. @param words the command line @param done takes the exit code */
export function addEvaluateHallucinator(
  command: Command,
  words: readonly string[],
  done: (code: number) => void,
): void {
  command
    .requiredOption('--model <package>', 'name of a hallucinator, or its folder')
    .requiredOption('--data <folder>', 'aligned faces of 112 px in a folder per person')
    .requiredOption('--pairs <file>', 'pairs file: the faces that it names are measured')
    .requiredOption('--recogniser <model...>', 'says whose face a picture is: a package or an ONNX file')
    .option('--folds <n,…>', 'only these folds of the pairs file, counted from 1', parseNumbers('--folds', 1, 1000))
    .option('--resolutions <px,…>', 'native sides', parseNumbers('--resolutions', 4, 112), [7, 10, 14, 20, 28])
    .option('--faces <n>', 'at most so many, evenly out of all', parseCount('--faces', 2, 1_000_000))
    .option('--threads <n>', 'threads of a network run (default: one per core)', parseCount('--threads', 1, 256))
    .option('--out <folder>', 'write result.json and the curves (SVG, CSV) there')
    .action(async (options: Options) => {
      const terminal = createTerminal(options.json === true)
      done(await allOrNothing(terminal, (signal) => run(terminal, signal, options, words)))
    })
}
