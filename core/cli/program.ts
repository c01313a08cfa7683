// The words of the vestige command: one subcommand each, the same services as the screen.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { appRoot } from '../base/root.ts'
import { UserFacingError } from '../contract/errors.ts'
import { defaultStore, parseBox, parseCount, parsePoints, parseTriple } from './arguments.ts'
import { compare, type CompareOptions } from './compare.ts'
import { addSynth24 } from './datasetsSynth.ts'
import { enrol, reenrol, type EnrolOptions } from './enrol.ts'
import { addEvaluate } from './evaluate.ts'
import { addEvaluateHallucinator } from './evaluateHallucinator.ts'
import { exit } from './exit.ts'
import { hallucinate, type HallucinateOptions } from './hallucinate.ts'
import { importModel, type ImportOptions } from './importModel.ts'
import { models } from './models.ts'
import { cases, createCase, doctor, verifyAudit } from './records.ts'
import { withApplication, type Session } from './run.ts'
import { search, type SearchOptions } from './search.ts'
import { serve, type ServeOptions } from './serve.ts'
import { createTerminal } from './terminal.ts'
import { addTrain } from './train.ts'

interface Common {
  readonly store: string
  readonly json?: boolean
}
const { version } = JSON.parse(readFileSync(path.join(appRoot, 'package.json'), 'utf8')) as { version: string }

/** @returns the exit code. @param words the command line without node and script */
export async function main(words: readonly string[]): Promise<number> {
  let code: number = exit.ok
  const program = new Command('vestige')
    .description('Ranks a gallery of references against very small faces. Results are investigative leads only.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(vestige help shows every command)')
  const command = (spec: string, about: string, parent: Command = program): Command =>
    parent
      .command(spec)
      .description(about)
      .exitOverride()
      .option('--store <folder>', 'folder of the case store', defaultStore())
      .option('--json', 'print one JSON value for programs')
  const run = <O extends Common>(
    options: O,
    work: (session: Session) => Promise<number>,
    host: 'cli' | 'loopback' = 'cli',
  ): Promise<void> =>
    withApplication(path.resolve(options.store), createTerminal(options.json === true), work, host).then(
      (result) => void (code = result),
    )

  command('serve', 'open the workstation in a browser over a loopback address')
    .option('--port <n>', 'port on 127.0.0.1 (default: any free one)', parseCount('--port', 0, 65535))
    .action((options: Common & ServeOptions) => run(options, (session) => serve(session, options), 'loopback'))
  command('enrol <folder>', 'make or extend a gallery from a folder of photographs')
    .requiredOption('--gallery <name>', 'name of the gallery; made if it does not exist')
    .addOption(
      new Option('--names <from>', "where subjects' names come from (default: guessed)").choices([
        'folder',
        'csv',
        'file-name',
      ]),
    )
    .action((folder: string, options: Common & EnrolOptions) =>
      run(options, (session) => enrol(session, folder, options)),
    )
  command('reenrol', 'make new templates for a gallery after a change of model')
    .requiredOption('--gallery <name>', 'name of the gallery')
    .action((options: Common & EnrolOptions) => run(options, (session) => reenrol(session, options)))
  /** A command about one face of an image. */
  const ofFace = (name: string, about: string): Command =>
    command(name, about)
      .option('--case <name>', 'case that keeps the evidence and what is made of it', 'Command line')
      .option('--face <n>', 'which face: 1 is the main one, then by size', parseCount('--face', 1, 10_000))
      .option('--box <x,y,width,height>', 'place the face by hand, pixels of the oriented image', parseBox)
      .option(
        '--points <x1,y1,…,x5,y5>',
        'place the five points by hand: eyes, nose, mouth corners, image-left first',
        parsePoints,
      )
  ofFace('search <image>', 'rank a gallery against a face')
    .requiredOption('--gallery <name>', 'gallery to search')
    .option('--top <n>', 'number of candidates', parseCount('--top', 1, 10_000), 20)
    .option('--all', 'every image of a subject, not only its best one')
    .action((image: string, options: Common & SearchOptions) =>
      run(options, (session) => search(session, image, options)),
    )
  ofFace('compare <image>', 'show how each model ranks a gallery for the same face (or probe:<id>)')
    .requiredOption('--gallery <name>', 'gallery to rank')
    .option('--models <packages...>', 'recognisers by name or hash (default: all that are not retired)')
    .option('--top <n>', 'places that count', parseCount('--top', 1, 100), 10)
    .option('--all', 'every image of a subject, not only its best one')
    .action((image: string, options: Common & CompareOptions) =>
      run(options, (session) => compare(session, image, options)),
    )
  ofFace('hallucinate <image>', 'make up faces for a face: to look at, never as evidence')
    .requiredOption('--out <png>', 'the marked picture')
    .option('--model <package>', 'hallucinator (default: the one in use)')
    .option('--samples <n>', 'how many faces are made up', parseCount('--samples', 4, 16), 8)
    .option('--seed <n>', 'of how the face is cut out for each', parseCount('--seed', 0, 4_294_967_295), 1)
    .option('--sample <n>', 'write this one of them in place of their mean', parseCount('--sample', 1, 16))
    .action((image: string, options: Common & HallucinateOptions) =>
      run(options, (session) => hallucinate(session, image, options)),
    )
  command('import-model <file>', 'import an ArcFace-style ONNX file as a model package')
    .option('--name <name>', 'name of the package')
    .option('--size <px>', 'side of the input', parseCount('--size', 8, 1024))
    .addOption(new Option('--order <order>', 'channel order').choices(['RGB', 'BGR']))
    .addOption(new Option('--layout <layout>', 'axis order').choices(['NCHW', 'NHWC']))
    .option('--mean <m>', 'subtracted from 0..255, one number or three', parseTriple('--mean'))
    .option('--scale <s>', 'divisor after that, one number or three', parseTriple('--scale'))
    .addOption(new Option('--alignment <a>', 'how faces are cropped').choices(['arcface-112', 'dlib-chip-150']))
    .option('--licence <text>', 'licence of the weights')
    .option('--source <text>', 'where the file comes from')
    .option('--gallery-network-of <package>', "let it make the gallery's templates beside that package's probe network")
    .option('--activate', 'use it from now on')
    .option('--yes', 'do not ask')
    .action((file: string, options: Common & ImportOptions) =>
      run(options, (session) => importModel(session, file, options)),
    )
  addEvaluate(command('evaluate', 'measure a model on a protocol'), words, (result) => void (code = result))
  addEvaluateHallucinator(
    command('evaluate-hallucinator', 'measure how true the faces are that a hallucinator makes up'),
    words,
    (result) => void (code = result),
  )
  addTrain(
    program
      .command('train')
      .description('train a network by a recipe')
      .exitOverride()
      .option('--json', 'print one JSON value for programs'),
    (result) => void (code = result),
  )
  addSynth24(
    program
      .command('synth-24')
      .description('write a small set of made-up people, for trying out training')
      .exitOverride()
      .option('--json', 'print one JSON value for programs'),
    (result) => void (code = result),
  )
  command('models', 'list the model packages, or put one to use')
    .option('--use <name>', 'use this package from now on, by name or hash; galleries become stale')
    .option('--reenrol', 'make new templates for all stale galleries')
    .action((options: Common & { use?: string; reenrol?: boolean }) =>
      run(options, (session) => models(session, options)),
    )
  const caseCommand = command('cases', 'list the cases of a store')
    .option('--archived', 'archived ones too')
    .action((options: Common & { archived?: boolean }) => run(options, (session) => cases(session, options)))
  command('create <name>', 'create a case', caseCommand)
    .option('--reference <text>', 'file reference')
    .option('--authorisation <text>', 'why the search is allowed')
    .action((name: string, options: Common & { reference?: string; authorisation?: string }, self: Command) =>
      run({ ...options, ...self.optsWithGlobals<Common>() }, (session) => createCase(session, name, options)),
    )
  const audit = program.command('audit').description('the audit chain')
  command('verify', 'find any changed byte of the chain, its records and its files', audit).action((options: Common) =>
    run(options, verifyAudit),
  )
  command('doctor', 'what runs where, and why not faster').action((options: Common) => run(options, doctor))

  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exit.ok : exit.usage
    if (thrown instanceof UserFacingError) {
      process.stderr.write(`vestige: ${thrown.message}\n`)
      return exit.usage
    }
    throw thrown
  }
}
