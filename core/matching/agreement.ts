// How far rankings of one gallery agree: overlap of their heads, rank-biased overlap, Kendall's tau, first places.

/** A ranking by one model: keys of candidates, best first, none twice. */
export type Order = readonly number[]

/**
 * Jaccard index of two heads, |A ∩ B| / |A ∪ B|, 0..1 (Jaccard, New Phytologist 1912); 1 where both are empty.
 * @param depth places that count, >= 1
 */
export function jaccard(a: Order, b: Order, depth: number): number {
  const [first, second] = [new Set(a.slice(0, depth)), new Set(b.slice(0, depth))]
  const both = [...first].filter((key) => second.has(key)).length
  const either = first.size + second.size - both
  return either === 0 ? 1 : both / either
}

/**
 * Rank-biased overlap of two heads, extrapolated from what is known of them to the end, 0..1 (Webber, Moffat and Zobel,
 * ACM TOIS 28(4), 2010, eq. 32; for heads of one length it is eq. 23). Two empty heads agree; an empty one and another
 * do not.
 * @param p how far down one looks, above 0 and below 1; at 0.9 the first ten places have 86 % of the weight (eq. 21)
 * @throws RangeError where p is out of range
 */
export function rankBiasedOverlap(a: Order, b: Order, p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must lie between 0 and 1, got ${p}`)
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  const [s, l] = [short.length, long.length]
  if (s === 0) return l === 0 ? 1 : 0
  const seen = new Set<number>()
  let shared = 0
  let sharedAtShort = 0
  let sum = 0
  for (let d = 1; d <= l; d++) {
    // A key counts as shared at the depth where the second of the two lists names it.
    for (const key of d <= s ? [short[d - 1]!, long[d - 1]!] : [long[d - 1]!])
      if (seen.has(key)) shared++
      else seen.add(key)
    if (d === s) sharedAtShort = shared
    sum += (shared / d) * p ** d
    if (d > s) sum += ((sharedAtShort * (d - s)) / (s * d)) * p ** d
  }
  return ((1 - p) / p) * sum + ((shared - sharedAtShort) / l + sharedAtShort / s) * p ** l
}

/**
 * Kendall's tau-b of two lists of numbers, -1..1, with ties taken out of both (Kendall, Biometrika 33, 1945).
 * @returns null where it is not defined: one list is all ties, or has fewer than two numbers
 * @throws RangeError where the lists differ in length
 */
export function kendallTauB(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) throw new RangeError(`lists of ${x.length} and ${y.length} numbers cannot be compared`)
  let balance = 0
  let untiedX = 0
  let untiedY = 0
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)]
      balance += dx * dy
      untiedX += dx * dx
      untiedY += dy * dy
    }
  return untiedX === 0 || untiedY === 0 ? null : balance / Math.sqrt(untiedX * untiedY)
}

export interface PairAgreement {
  /** Places of the two rankings in the list that was given. */
  readonly a: number
  readonly b: number
  /** Of the first `top` places. */
  readonly jaccard: number
  readonly rbo: number
  /** Over what either names among its first `top` places; null where it is not defined. */
  readonly tau: number | null
}

/**
 * Every two rankings compared.
 * @param top places that count, >= 1. A key that a ranking does not name stands behind all that it names, with others
 *   of its kind on one place.
 */
export function pairAgreements(orders: readonly Order[], top: number, p: number): PairAgreement[] {
  const ranks = orders.map(ranksOf)
  const heads = orders.map((order) => order.slice(0, top))
  return orders.flatMap((_, b) =>
    orders.slice(0, b).map((__, a): PairAgreement => {
      const union = [...new Set([...heads[a]!, ...heads[b]!])]
      const places = (k: number): number[] => union.map((key) => ranks[k]!.get(key) ?? orders[k]!.length + 1)
      return {
        a,
        b,
        jaccard: jaccard(orders[a]!, orders[b]!, top),
        rbo: rankBiasedOverlap(heads[a]!, heads[b]!, p),
        tau: kendallTauB(places(a), places(b)),
      }
    }),
  )
}

export interface UnionRow {
  readonly key: number
  /** From 1, one per ranking; null where a ranking does not name it. */
  readonly ranks: readonly (number | null)[]
  /** Of the ranks; where a ranking does not name it, of the place behind its last. */
  readonly median: number
  readonly mean: number
}

/**
 * Whatever one of the rankings has among its first `top` places, by median rank, then mean rank, then best rank, then
 * key. The median first: one model that errs must not bury what the others agree on.
 */
export function unionRows(orders: readonly Order[], top: number): UnionRow[] {
  const ranks = orders.map(ranksOf)
  const keys = new Set(orders.flatMap((order) => order.slice(0, top)))
  const rows = [...keys].map((key) => {
    const own = ranks.map((of) => of.get(key) ?? null)
    const places = own.map((rank, k) => rank ?? orders[k]!.length + 1).sort((a, b) => a - b)
    const middle = places.length >> 1
    return {
      key,
      ranks: own,
      median: places.length % 2 === 1 ? places[middle]! : (places[middle - 1]! + places[middle]!) / 2,
      mean: places.reduce((sum, place) => sum + place, 0) / places.length,
      best: places[0]!,
    }
  })
  rows.sort((a, b) => a.median - b.median || a.mean - b.mean || a.best - b.best || a.key - b.key)
  return rows.map(({ best: _best, ...row }) => row)
}

/** Who stands first, and in which rankings: the most often named one first, then by the first ranking that names it. */
export function firstPlaces(orders: readonly Order[]): { readonly key: number; readonly orders: readonly number[] }[] {
  const named = new Map<number, number[]>()
  for (const [k, [first]] of orders.entries())
    if (first !== undefined) named.set(first, [...(named.get(first) ?? []), k])
  return [...named].map(([key, of]) => ({ key, orders: of })).sort((a, b) => b.orders.length - a.orders.length)
}

const ranksOf = (order: Order): ReadonlyMap<number, number> => new Map(order.map((key, k) => [key, k + 1]))
