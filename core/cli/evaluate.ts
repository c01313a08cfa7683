// vestige evaluate: a model on a protocol, with its baselines, as a table and as JSON.
import { statSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { UserFacingError } from '../contract/errors.ts'
import { checkProtocol, protocolNames, readProtocol, type Protocol } from '../evaluation/protocol.ts'
import type { SecondScore } from '../evaluation/embedders.ts'
import { evaluate } from '../learning/evaluate.ts'
import { writeFiles } from '../learning/evaluateFiles.ts'
import { chooseInference } from '../learning/evaluateModel.ts'
import { dipSentences } from '../learning/evaluateReport.ts'
import { loadModel } from '../models/packages.ts'
import { parseCount } from './arguments.ts'
import { findHallucinator, findModel } from './evaluateModel.ts'
import { resultTable } from './evaluateTables.ts'
import { exit } from './exit.ts'
import { allOrNothing, commandLine } from './run.ts'
import { createTerminal, type Terminal } from './terminal.ts'

export interface EvaluateOptions {
  readonly model: string
  readonly protocol: string
  readonly data: string
  readonly store: string
  readonly json?: boolean
  readonly pairs?: string
  readonly resolutions?: number[]
  readonly mode?: 'lr-hr' | 'lr-lr'
  readonly down?: 'bicubic' | 'bilinear'
  readonly degraded?: number
  readonly bothDirections?: boolean
  readonly folds?: number[]
  readonly inference: string
  readonly second?: SecondScore
  readonly probeUpTo?: number
  readonly galleryModel?: string
  readonly hallucinator?: string
  readonly teacher?: string
  readonly baselines: boolean
  readonly training?: string
  readonly resamples?: number
  readonly threads?: number
  readonly out?: string
  readonly figures?: 'gradient'
  readonly device: 'cpu' | 'fastest'
}

/** Whole numbers with commas between them; `7-12` stands for all from 7 to 12. */
export function parseNumbers(option: string, least: number, most: number): (text: string) => number[] {
  const one = parseCount(option, least, most)
  return (text) =>
    text.split(',').flatMap((part) => {
      const [from, to, ...more] = part.split('-')
      if (from === undefined || to === undefined || more.length > 0) return [one(part)]
      const [a, b] = [one(from), one(to)]
      if (a > b)
        throw new UserFacingError('invalid-input', `${option} takes a range from small to large; got "${part}".`)
      return Array.from({ length: b - a + 1 }, (_, i) => a + i)
    })
}

/** `20,0.5`: probes up to 20 px, weight 0.5. */
export function parseSecond(text: string): SecondScore {
  const [upTo, weight, ...rest] = text.split(',').map(Number)
  if (rest.length > 0 || !Number.isInteger(upTo) || upTo! < 4 || !(weight! >= 0 && weight! <= 1))
    throw new UserFacingError(
      'invalid-input',
      `--second takes a size in pixels and a weight from 0 to 1, e.g. 20,0.5; got "${text}".`,
    )
  return { upTo: upTo!, weight: weight! }
}

/** The protocol with what the command line says otherwise; the record has, and hashes, the result. @throws UserFacingError */
export function effective(protocol: Protocol, options: EvaluateOptions): Protocol {
  const ofPairs = (['pairs', 'mode', 'bothDirections', 'folds'] as const).find((name) => options[name] !== undefined)
  if (protocol.kind !== 'pairs' && ofPairs !== undefined)
    throw new UserFacingError(
      'invalid-input',
      `--${ofPairs === 'bothDirections' ? 'both-directions' : ofPairs} is for protocols of pairs; ${protocol.name} has none.`,
    )
  return checkProtocol(
    {
      ...protocol,
      ...(options.resolutions ? { resolutions: options.resolutions } : {}),
      ...(options.mode ? { mode: options.mode } : {}),
      ...(options.down ? { down: options.down } : {}),
      ...(options.degraded === undefined ? {} : { degraded: { seed: options.degraded } }),
      ...(options.bothDirections ? { directions: 2 } : {}),
    },
    protocol.name,
  )
}

async function run(
  terminal: Terminal,
  signal: AbortSignal,
  options: EvaluateOptions,
  words: readonly string[],
): Promise<number> {
  const note = (line: string): void => terminal.note(line)
  if (!statSync(options.data, { throwIfNoEntry: false }))
    throw new UserFacingError('not-found', `"${options.data}" is not there; name the folder of faces.`, {
      subject: options.data,
    })
  if (options.figures !== undefined && options.out === undefined)
    throw new UserFacingError('invalid-input', 'Curves are files: name a folder for them with --out.')
  const protocol = effective(readProtocol(options.protocol), options)
  const found = await findModel(options.model, options.store, note)
  const gallery = options.galleryModel ? await findModel(options.galleryModel, options.store, note) : found.gallery
  const model = { ...found, gallery }
  const maker = options.hallucinator === undefined ? null : findHallucinator(options.hallucinator, options.store)
  const teacher = options.teacher ? await findModel(options.teacher, options.store, note) : null
  const progress = (done: number, total: number, what: string): void => terminal.progress(done, total, what)
  const request = {
    protocol,
    model,
    inference: chooseInference(model, options.inference, {
      probe: options.probeUpTo === undefined ? null : { upTo: options.probeUpTo },
      second: options.second ?? null,
    }),
    hallucinator: maker && { bytes: loadModel(maker), card: maker.card },
    teacher,
    data: options.data,
    pairs: options.pairs,
    folds: options.folds,
    baselines: options.baselines,
    training: options.training,
    command: commandLine(words),
    signal,
    progress,
    device: options.device,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
  }
  const { record, outcome } = await evaluate(request, async (evaluated, main) => {
    if (options.out === undefined) return
    const gradientsOf = options.figures === 'gradient' ? model : undefined
    const files = await writeFiles(options.out, evaluated, main, { signal, progress, gradientsOf, note })
    terminal.note(`${files.length} files were written to ${options.out}: ${files.join(', ')}.`)
  })
  terminal.say(
    `${record.model.name}, ${protocol.title}: ${record.data.images} pictures of ${record.data.identities} people.`,
  )
  for (const line of resultTable(outcome)) terminal.say(line)
  for (const line of dipSentences(outcome)) terminal.say(line)
  terminal.say(record.leak.says)
  terminal.say(
    `Protocol ${record.protocol.sha256.slice(0, 12)}, data ${record.data.fingerprint.slice(0, 12)}, result ${record.sha256.slice(0, 12)}, ${record.seconds} s.`,
  )
  terminal.result(record)
  return exit.ok
}

/** Adds the options of `vestige evaluate`. @param words the command line @param done takes the exit code */
export function addEvaluate(command: Command, words: readonly string[], done: (code: number) => void): void {
  command
    .requiredOption('--model <package>', 'name of a package, its folder, or an ONNX file')
    .requiredOption('--protocol <name>', `a JSON file, or one of ${protocolNames().join(', ')}`)
    .requiredOption('--data <folder>', 'the faces')
    .option('--pairs <file>', 'pairs file (default: the protocol says)')
    .option(
      '--resolutions <px,…>',
      'native sides of the probes, e.g. 7,16,112 or 6-32',
      parseNumbers('--resolutions', 4, 1024),
    )
    .addOption(
      new Option('--mode <mode>', 'which faces of a pair are shrunk: the first, or both').choices(['lr-hr', 'lr-lr']),
    )
    .addOption(new Option('--down <kernel>', 'how faces are shrunk').choices(['bicubic', 'bilinear']))
    .option(
      '--degraded <seed>',
      'blur, noise and JPEG before shrinking, drawn from this seed',
      parseCount('--degraded', 0, 1e9),
    )
    .option('--both-directions', 'either face of a pair is the probe once; each pair counts twice')
    .option('--folds <n,…>', 'only these folds of the pairs file, counted from 1', parseNumbers('--folds', 1, 1000))
    .option('--inference <how>', 'declared, plain, or of flip+pair+sized+fused', 'declared')
    .option(
      '--second <px,weight>',
      'second score against the shrunk reference for probes up to so many px',
      parseSecond,
    )
    .option(
      '--probe-up-to <px>',
      'probes above so many px go through the network of the references',
      parseCount('--probe-up-to', 4, 1024),
    )
    .option('--gallery-model <package>', 'another network of the same embedding space makes the references')
    .option(
      '--hallucinator <package>',
      'small probes are embedded as the faces that it makes up: what made-up faces do to matching',
    )
    .option('--teacher <model>', 'also evaluate this one, as a baseline')
    .option('--no-baselines', 'leave out the baselines of pixels, of random numbers and of the teacher')
    .addOption(
      new Option('--device <d>', 'cpu repeats everywhere; fastest is what the application would use')
        .choices(['cpu', 'fastest'])
        .default('cpu'),
    )
    .option('--out <folder>', 'write result.json, report.md and the curves (SVG, CSV) there')
    .addOption(
      new Option(
        '--figures <which>',
        'curves that take minutes more (gradient: of the loss, by size), for --out',
      ).choices(['gradient']),
    )
    .option('--training <folder>', 'training set to look for the evaluated people and pictures in')
    .option(
      '--resamples <n>',
      'bootstrap draws (default 1000; 0 leaves the intervals out)',
      parseCount('--resamples', 0, 100_000),
    )
    .option('--threads <n>', 'threads of a network run (default: one per core)', parseCount('--threads', 1, 256))
    .action(async (options: EvaluateOptions) => {
      const terminal = createTerminal(options.json === true)
      done(await allOrNothing(terminal, (signal) => run(terminal, signal, options, words)))
    })
}
