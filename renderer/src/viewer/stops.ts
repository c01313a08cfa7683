// The magnifications a view rests at: whole numbers, so that every native pixel covers the same screen pixels.

/** Device pixels per native pixel. From 1 on they are whole: nothing is then resampled by the screen. */
const STOPS = [
  1 / 32,
  1 / 24,
  1 / 16,
  1 / 12,
  1 / 8,
  1 / 6,
  1 / 4,
  1 / 3,
  1 / 2,
  2 / 3,
  1,
  2,
  3,
  4,
  5,
  6,
  8,
  10,
  12,
  14,
  16,
  20,
  24,
  28,
  32,
  40,
  48,
  56,
  64,
  80,
  96,
  112,
  128,
  160,
  192,
  224,
  256,
] as const
const CLOSE = 1e-6

/** Largest magnification in CSS pixels per native pixel: a face of 8 px then fills a large screen. */
export const MAX_ZOOM = 64
export const largestStop = (dpr: number): number => stopBelow(MAX_ZOOM * dpr)
export const smallestStop = STOPS[0]

/** The largest stop that is not above `scale` (device pixels per native pixel). */
export function stopBelow(scale: number): number {
  let found: number = smallestStop
  for (const stop of STOPS) if (stop <= scale * (1 + CLOSE)) found = stop
  return found
}

/**
 * The stop `steps` away from `scale`, upwards when positive; a scale between two stops counts as on the way to both.
 * The answer stays within the smallest and the largest stop for this screen.
 */
export function stepFrom(scale: number, steps: number, dpr: number): number {
  const top = STOPS.indexOf(largestStop(dpr) as (typeof STOPS)[number])
  const under = STOPS.indexOf(stopBelow(scale) as (typeof STOPS)[number])
  const between = scale > STOPS[under]! * (1 + CLOSE)
  const start = between && steps < 0 ? under + 1 : under
  return STOPS[Math.min(top, Math.max(0, start + steps))]!
}

/** Wheel travel that makes one step: one notch of a mouse, or a short swipe. */
const TRAVEL = 60

/** Turns wheel travel into whole steps and what is left for the next event. Pinching arrives as small deltas with ctrl. */
export function wheelSteps(left: number, deltaY: number, pinch: boolean): { steps: number; left: number } {
  const change = -deltaY * (pinch ? 6 : 1)
  // Turning back starts afresh: leftovers of the other direction would feel like a stuck wheel.
  const sum = (Math.sign(left) === Math.sign(change) ? left : 0) + change
  const steps = Math.abs(change) >= TRAVEL ? Math.sign(change) : Math.trunc(sum / TRAVEL) + 0
  return { steps, left: steps === 0 ? sum : 0 }
}
