// What the agreement of models comes to, as the plain sentences that stand above every comparison.
import type { Comparison } from './comparisons.ts'

/** Stands wherever ranks of several models stand. */
export const NOT_COMPARABLE =
  'Scores of different models have different scales: compare ranks, never scores. Models that were taught by the same ' +
  'teacher, or on the same people, err together: agreement confirms nobody.'

type Told = Pick<Comparison, 'packages' | 'agreement'>

/** How many models rank, and how many of them name the same candidate first; `of` is 0 where none ranks. */
export const firstAgreement = ({ packages, agreement }: Told): { agree: number; of: number } => ({
  agree: agreement.first[0]?.packages.length ?? 0,
  of: packages.filter(({ problem }) => problem === null).length,
})

/** One sentence on rank 1. */
export function agreementWords(told: Told): string {
  const { agree, of } = firstAgreement(told)
  const { packages, agreement } = told
  const { first } = agreement
  const name = (k: number): string => packages[k]!.name
  const [leader, ...others] = first
  if (!leader) return 'No model ranks this gallery for this probe.'
  if (of === 1) return `Only ${name(leader.packages[0]!)} ranks this gallery: there is nothing to compare it with.`
  if (agree === of) return `${of === 2 ? 'Both models' : `All ${of} models`} agree on rank 1: ${leader.subject}.`
  const says = ({ subject, packages: of }: (typeof first)[number]): string =>
    `${listed(of.map(name))} ${of.length === 1 ? 'puts' : 'put'} ${subject} first`
  const most = first.filter((each) => each.packages.length === agree)
  return agree > 1 && most.length === 1
    ? `${agree} of ${of} models agree on rank 1, ${leader.subject}; ${listed(others.map(says))}.`
    : `The models disagree on rank 1: ${listed(first.map(says))}.`
}

/** "a", "a and b", "a, b and c". */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
