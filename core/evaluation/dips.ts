// Does accuracy rise with size, or does it dip between sizes? Asked of consecutive whole sizes, within the standard error.

export interface SizedAccuracy {
  /** Native side in pixels. */
  readonly resolution: number | 'native'
  /** 0..1 */
  readonly accuracy: number
  /** Standard error of the accuracy. */
  readonly se: number
}
/** How far the accuracy at one size lies below that of a smaller one. */
export interface Fall {
  readonly resolution: number
  /** The smaller size with the best accuracy. */
  readonly below: number
  /** 0..1, above 0. */
  readonly by: number
  /** Of the accuracy at `resolution`. */
  readonly se: number
}
export interface Dips {
  /** The consecutive sizes. */
  readonly from: number
  readonly to: number
  /** None where accuracy never falls. */
  readonly largest: Fall | null
  /** Falls greater than their standard error. */
  readonly beyond: readonly Fall[]
}

/** Fewer sizes say nothing about a curve. */
const FEWEST = 3

/** The longest run of sizes 1 px apart, ascending. */
function consecutive(results: readonly SizedAccuracy[]): (SizedAccuracy & { readonly resolution: number })[] {
  const sized = results
    .flatMap((r) => (typeof r.resolution === 'number' ? [{ ...r, resolution: r.resolution }] : []))
    .toSorted((a, b) => a.resolution - b.resolution)
  const runs: (typeof sized)[] = []
  for (const each of sized) {
    const last = runs.at(-1)
    if (last && each.resolution === last.at(-1)!.resolution + 1) last.push(each)
    else runs.push([each])
  }
  return runs.reduce<typeof sized>((longest, run) => (run.length > longest.length ? run : longest), [])
}

/** Each size against the best of the smaller ones, so that a slow decline counts as a whole. Null for too few sizes. */
export function dips(results: readonly SizedAccuracy[]): Dips | null {
  const run = consecutive(results)
  const [first, ...rest] = run
  if (!first || run.length < FEWEST) return null
  let best = first
  const falls: Fall[] = []
  for (const { resolution, accuracy, se } of rest) {
    const by = best.accuracy - accuracy
    if (by > 0) falls.push({ resolution, below: best.resolution, by, se })
    else best = { resolution, accuracy, se }
  }
  return {
    from: first.resolution,
    to: run.at(-1)!.resolution,
    largest: falls.reduce<Fall | null>((most, fall) => (most && most.by >= fall.by ? most : fall), null),
    beyond: falls.filter(({ by, se }) => by > se),
  }
}

const points = (share: number): string => (100 * share).toFixed(2)
const told = ({ resolution, below, by, se }: Fall): string =>
  `${points(by)} points at ${resolution} px below ${below} px, ± ${points(se)}`

/** One sentence, or none where no consecutive sizes were measured. @param of whose accuracy, e.g. a group of probes */
export function dipSentence(results: readonly SizedAccuracy[], of = ''): string | null {
  const found = dips(results)
  if (!found) return null
  const { from, to, largest, beyond } = found
  const whose = `Accuracy${of && ` of ${of}`} from ${from} to ${to} px`
  if (!largest) return `${whose} never falls.`
  return beyond.length === 0
    ? `${whose} has no dip greater than its standard error; the largest is ${told(largest)}.`
    : `${whose} dips by more than its standard error: ${beyond.map(told).join('; ')}.`
}
