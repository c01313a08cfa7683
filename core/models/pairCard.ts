// The card of a pair: a package's probe network beside a gallery network of the user's own.
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard, type PixelContract } from '../contract/models.ts'
import { storedAnswer } from './selfTest.ts'

interface Wanted {
  readonly fileName: string
  readonly name: string
  readonly pixels: PixelContract
  readonly licence?: string | undefined
  readonly source?: string | undefined
}
interface Network {
  readonly sha256: string
  readonly parameters: number | null
  /** Of 'pattern-1', not normalised. */
  readonly embedding: Float32Array
}

/** What stands in every card of such a pair: nothing here can tell whether two networks share a space. */
export const SHARED_SPACE =
  'Both networks must map a face to the same place (one was trained to answer like the other, or both like a third): ' +
  'that was not checked here. Measure it before anything is read from its scores; with networks of different spaces ' +
  'every ranking is chance.'

/**
 * Nothing measured of the base package holds for the pair, so none of it is taken over.
 * @throws UserFacingError 'wrong-model' where the length of the embedding or the pixel contract differs from the base's
 */
export function pairCard(base: ModelCard, wanted: Wanted, network: Network): ModelCard {
  const { fileName, name } = wanted
  const refuse = (why: string): never => {
    throw new UserFacingError('wrong-model', `${fileName} cannot make gallery templates for ${base.name}: ${why}`, {
      subject: fileName,
    })
  }
  if (base.role !== 'recogniser' || base.pixels === null || base.embedding === null || base.selfTest === null)
    return refuse('that package is no recogniser with a self-test. Choose another package.')
  if (network.embedding.length !== base.embedding)
    refuse(
      `it gives ${network.embedding.length} numbers, and ${base.name} gives ${base.embedding}. Choose a network of the same space.`,
    )
  const differs = differences(base.pixels, wanted.pixels)
  if (differs.length > 0)
    refuse(
      `both are given the same pixels, and these differ: ${differs.join('; ')}. Correct the values if the guess was wrong, or choose another file.`,
    )
  if (network.sha256 === base.sha256) refuse('it is that package’s own network. Use the package as it is.')
  const { flip = false, probe = null, second = null } = base.inference ?? {}
  return ModelCard.parse({
    schema: 1,
    name,
    role: 'recogniser',
    version: '1',
    state: 'experimental',
    description: `Probes by ${base.name} ${base.version}, galleries by ${fileName}.`,
    network: `${base.network} (probes); ${fileName} (galleries)`,
    parameters: base.parameters === null || network.parameters === null ? null : base.parameters + network.parameters,
    macs: null,
    sha256: base.sha256,
    embedding: base.embedding,
    pixels: base.pixels,
    inference: { flip, gallery: { sha256: network.sha256 }, probe, second },
    trainedOn: `Probes: ${base.trainedOn} Galleries: unknown, an ONNX file does not say.`,
    recipe: `Pair of ${base.name} and ${fileName}`,
    licence: `Probes: ${base.licence}. Galleries: ${wanted.licence || 'unknown'}`,
    source: [base.source, wanted.source].filter(Boolean).join('; '),
    validatedFrom: null,
    measurements: [],
    limits: [
      SHARED_SPACE,
      'Not measured here at any resolution, and not calibrated: scores order candidates and mean nothing else.',
      ...base.limits.map((limit) => `${base.name}: ${limit}`),
    ],
    selfTest: {
      image: 'pattern-1',
      embedding: base.selfTest.embedding,
      gallery: storedAnswer(network.embedding),
    },
  })
}

/** In words, without the resampler: that is ours, not the network's. */
function differences(base: PixelContract, given: PixelContract): string[] {
  const near = (a: readonly number[], b: readonly number[]): boolean =>
    a.every((value, i) => Math.abs(value - b[i]!) <= 1e-3 * Math.max(1, Math.abs(value)))
  const say = (what: string, a: unknown, b: unknown): string =>
    `${what} ${String(b)} where the package has ${String(a)}`
  return [
    ...(['size', 'channelOrder', 'layout', 'alignment'] as const).flatMap((key) =>
      base[key] === given[key] ? [] : [say(key, base[key], given[key])],
    ),
    ...(['mean', 'scale'] as const).flatMap((key) =>
      near(base[key], given[key]) ? [] : [say(key, base[key].join('/'), given[key].join('/'))],
    ),
  ]
}
