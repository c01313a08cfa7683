// Blinking: two registered faces shown in turn, slowly enough to be safe, and only when motion is welcome.

/** Turns of probe and candidate per second. Below three flashes per second nothing can provoke a seizure (WCAG 2.3.1). */
export const BLINK_RATES = [0.5, 1, 2] as const
export type BlinkRate = (typeof BLINK_RATES)[number]

/** Time in ms that each of the two is shown. */
export const eachFor = (rate: BlinkRate): number => 500 / rate

/** Blinking starts by itself only where the system does not ask for less motion; asked for, it runs anyway. */
export const startsBlinking = (reducedMotion: boolean, asked: boolean | null): boolean => asked ?? !reducedMotion

/** The share of the candidate after one turn: whole pictures alternate, and a blend goes to the one it is further from. */
export const flipped = (mix: number): 0 | 1 => (mix >= 0.5 ? 0 : 1)
/** What a mixture is called. */
export const mixName = (mix: number): string =>
  mix === 0
    ? 'probe'
    : mix === 1
      ? 'candidate'
      : `${Math.round((1 - mix) * 100)} % probe, ${Math.round(mix * 100)} % candidate`
