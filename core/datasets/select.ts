// Datasets made of datasets: joined, parted by identity, with people left out.
import { random } from '../images/random.ts'
import { UserFacingError } from '../contract/errors.ts'
import { datasetOf } from './images.ts'
import type { Dataset, FaceLabels, Sample } from './types.ts'

/** The samples for which `keep` holds, in their order. Pairs that lose a half are dropped. Closing it closes the set. */
export function selectSamples(dataset: Dataset, keep: (sample: Sample, i: number) => boolean): Dataset {
  const from = dataset.samples.flatMap((sample, i) => (keep(sample, i) ? [i] : []))
  const to = new Map(from.map((old, i) => [old, i]))
  const pairs = dataset.pairs?.flatMap(({ a, b, same }) => {
    const [x, y] = [to.get(a), to.get(b)]
    return x === undefined || y === undefined ? [] : [{ a: x, b: y, same }]
  })
  return datasetOf({
    format: dataset.format,
    root: dataset.root,
    samples: from.map((i) => dataset.samples[i]!),
    ...(pairs ? { pairs } : {}),
    ...(dataset.labels ? { labels: labelsOf(dataset.labels, from) } : {}),
    problems: dataset.problems,
    decode: (i) => dataset.decode(from[i]!),
    stamp: (i) => dataset.stamp(from[i]!),
    close: () => dataset.close(),
  })
}

const labelsOf = (labels: FaceLabels, from: readonly number[]): FaceLabels => ({
  landmarks: (i) => labels.landmarks(from[i]!),
  parsing: (i, grid) => labels.parsing(from[i]!, grid),
})

/** Everyone but these people. Names that nobody has are ignored. @throws UserFacingError where nobody is left */
export function excludeIdentities(dataset: Dataset, names: Iterable<string>): Dataset {
  const gone = new Set([...names].map((name) => name.normalize('NFC')))
  return selectSamples(dataset, (sample) => !gone.has(sample.identity))
}

/** Several sets as one, in the order given. The same identity in two of them is one person. */
export function joinDatasets(datasets: readonly Dataset[]): Dataset {
  const [first] = datasets
  if (!first) throw new UserFacingError('invalid-input', 'There is no dataset to join; name at least one.')
  if (datasets.length === 1) return first
  const starts: number[] = []
  let total = 0
  for (const set of datasets) {
    starts.push(total)
    total += set.samples.length
  }
  const owner = Int32Array.from(datasets.flatMap((set, k) => set.samples.map(() => k)))
  const pairs = datasets.flatMap((set, k) =>
    (set.pairs ?? []).map(({ a, b, same }) => ({ a: a + starts[k]!, b: b + starts[k]!, same })),
  )
  const labels: FaceLabels = {
    landmarks: (i) => datasets[owner[i]!]!.labels?.landmarks(i - starts[owner[i]!]!) ?? null,
    parsing: async (i, grid) => (await datasets[owner[i]!]!.labels?.parsing(i - starts[owner[i]!]!, grid)) ?? null,
  }
  return datasetOf({
    format: 'joined',
    root: datasets.map((set) => set.root).join(' + '),
    samples: datasets.flatMap((set) => set.samples),
    ...(pairs.length > 0 ? { pairs } : {}),
    ...(datasets.some((set) => set.labels) ? { labels } : {}),
    problems: datasets.flatMap((set) => set.problems),
    decode: (i) => datasets[owner[i]!]!.decode(i - starts[owner[i]!]!),
    stamp: (i) => datasets[owner[i]!]!.stamp(i - starts[owner[i]!]!),
    close: async () => {
      for (const set of datasets) await set.close()
    },
  })
}

/**
 * Parts people, never photographs: every identity falls into exactly one part.
 * @param shares how much of the identities each part gets, in any unit (e.g. [8, 1, 1]); rounded to whole people, at
 * least one each
 * @throws UserFacingError 'invalid-input' where there are fewer people than parts
 */
export function splitIdentities(
  dataset: Dataset,
  { seed, shares }: { seed: number; shares: readonly number[] },
): Dataset[] {
  const total = shares.reduce((a, b) => a + b, 0)
  if (shares.length === 0 || shares.some((s) => !(s > 0)) || !Number.isFinite(total))
    throw new UserFacingError('invalid-input', `Shares of a split are numbers above 0; got ${shares.join(', ')}.`)
  const people = [...dataset.identities]
  if (people.length < shares.length)
    throw new UserFacingError(
      'invalid-input',
      `"${dataset.root}" has ${people.length} people, too few for a split into ${shares.length} parts.`,
    )
  const draw = random(seed, people.length)
  for (let i = people.length - 1; i > 0; i--) {
    const j = draw.below(i + 1)
    ;[people[i], people[j]] = [people[j]!, people[i]!]
  }
  let before = 0
  let share = 0
  return shares.map((part, k) => {
    share += part
    const rest = shares.length - 1 - k
    const end = Math.min(people.length - rest, Math.max(before + 1, Math.round((people.length * share) / total)))
    const members = new Set(people.slice(before, end))
    before = end
    return selectSamples(dataset, (sample) => members.has(sample.identity))
  })
}
