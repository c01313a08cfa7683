// The state of blinking: which of two faces is seen, whether a clock turns them, and the wish for less motion.
import { eachFor, flipped, startsBlinking, type BlinkRate } from './blink.ts'

export class Blinking {
  /** Share of the candidate in what is shown, 0..1. */
  mix = $state(0)
  rate: BlinkRate = $state(1)
  #asked: boolean | null = $state(null)
  #still = matchMedia('(prefers-reduced-motion: reduce)')
  #reduced = $state(this.#still.matches)
  readonly playing: boolean = $derived(startsBlinking(this.#reduced, this.#asked))

  /** @param ready whether there are two faces on the screen to be turned */
  constructor(ready: () => boolean) {
    $effect(() => {
      const changed = () => (this.#reduced = this.#still.matches)
      this.#still.addEventListener('change', changed)
      return () => this.#still.removeEventListener('change', changed)
    })
    $effect(() => {
      if (!this.playing || !ready()) return
      const clock = setInterval(() => (this.mix = flipped(this.mix)), eachFor(this.rate))
      return () => clearInterval(clock)
    })
  }

  play = (on: boolean): void => {
    this.#asked = on
    if (on) this.mix = flipped(this.mix)
  }
  /** By hand: from then on the clock rests. */
  flip = (): void => this.blend(flipped(this.mix))
  blend = (mix: number): void => {
    this.#asked = false
    this.mix = mix
  }
}
