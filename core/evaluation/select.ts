// Which samples of a dataset a protocol means: gallery, probes, people, in the dataset's own order.
import { UserFacingError } from '../contract/errors.ts'
import type { Sample } from '../datasets/types.ts'
import { random } from '../images/random.ts'
import { everybody, type NamedFace, type People } from './identify.ts'
import type { Filter, IdentificationProtocol } from './protocol.ts'

const has = (list: readonly (string | number)[] | undefined, value: string | number | undefined): boolean =>
  list === undefined || (value !== undefined && list.includes(value))

export const matches = (filter: Filter, sample: Sample): boolean =>
  has(filter.split, sample.split) &&
  has(filter.camera, sample.camera) &&
  has(filter.distance, sample.distance) &&
  has(filter.index, sample.index)

const faceAt = (samples: readonly Sample[], i: number): NamedFace => ({ key: i, subject: samples[i]!.identity })

export interface Selected {
  /** Distractors come last. */
  readonly gallery: readonly NamedFace[]
  readonly distractors: number
  readonly groups: readonly { readonly name: string; readonly probes: readonly NamedFace[] }[]
}

/** @throws UserFacingError where the gallery or a group is empty */
export function selectFaces(samples: readonly Sample[], protocol: IdentificationProtocol): Selected {
  const { pick, ...filter } = protocol.gallery
  const seen = new Set<string>()
  const distractor = (sample: Sample): boolean => protocol.distractors !== null && matches(protocol.distractors, sample)
  const enrolled = samples.flatMap((sample, i) => {
    if (!matches(filter, sample) || distractor(sample) || (pick === 'first' && seen.has(sample.identity))) return []
    seen.add(sample.identity)
    return [i]
  })
  const inGallery = new Set(enrolled)
  const others = samples.flatMap((sample, i) => (distractor(sample) ? [i] : []))
  for (const i of others) inGallery.add(i)
  const groups = protocol.groups.map(({ name, probes }) => ({
    name,
    probes: samples.flatMap((sample, i) => (!inGallery.has(i) && matches(probes, sample) ? [faceAt(samples, i)] : [])),
  }))
  const empty = enrolled.length === 0 ? 'gallery' : groups.find((g) => g.probes.length === 0)?.name
  if (empty !== undefined)
    throw new UserFacingError(
      'invalid-input',
      `The data have no pictures for "${empty}" of the protocol ${protocol.name}; see docs/evaluation.md for its layout.`,
    )
  return {
    gallery: [...enrolled, ...others].map((i) => faceAt(samples, i)),
    distractors: others.length,
    groups,
  }
}

/** So many of the names, drawn without replacement, as a set. */
function drawn(names: readonly string[], size: number, ...stream: readonly number[]): Set<string> {
  const draw = random(...stream)
  const left = [...names].toSorted()
  const out = new Set<string>()
  while (out.size < size && left.length > 0) out.add(left.splice(draw.below(left.length), 1)[0]!)
  return out
}
const only = (names: ReadonlySet<string>): People => ({ probes: (s) => names.has(s), gallery: (s) => names.has(s) })

export interface Parts {
  readonly closed: People
  /** Some people left out of the gallery. */
  readonly open: People | null
  readonly draws: readonly People[]
}

/** The protocol's parts of the people who have probes. @throws UserFacingError where a part is empty or too large */
export function selectPeople({ gallery, groups, distractors }: Selected, protocol: IdentificationProtocol): Parts {
  const { people, openSet } = protocol
  const mates = gallery.slice(0, gallery.length - distractors)
  const all = [...new Set([...mates, ...groups.flatMap((g) => g.probes)].map((f) => f.subject))].toSorted()
  const strangers = new Set(gallery.slice(gallery.length - distractors).map((f) => f.subject))
  const test = people ? all.filter((name) => name >= people.from && name <= people.to) : all
  if (test.length === 0)
    throw new UserFacingError('invalid-input', `Nobody in the data is named from ${people?.from} to ${people?.to}.`)
  const withStrangers = (part: People): People => ({
    ...part,
    gallery: (s) => part.gallery(s) || strangers.has(s),
  })
  const closed = people ? withStrangers(only(new Set(test))) : everybody
  const out = openSet
    ? drawn(test, Math.max(1, Math.round(openSet.share * test.length)), openSet.seed, test.length)
    : null
  const draws = people?.draws
  if (draws && draws.size > all.length)
    throw new UserFacingError(
      'invalid-input',
      `The protocol ${protocol.name} draws ${draws.size} people; the data have ${all.length}.`,
    )
  return {
    closed,
    open: out && { probes: closed.probes, gallery: (s) => closed.gallery(s) && !out.has(s) },
    draws: draws
      ? Array.from({ length: draws.count }, (_, k) => withStrangers(only(drawn(all, draws.size, draws.seed, k))))
      : [],
  }
}
