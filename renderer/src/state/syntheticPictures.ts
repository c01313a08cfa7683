// Pictures of one hallucination, fetched once each and a few at a time; another hallucination takes their place.
import type { CallOutput, Client } from '../../../core/contract/index.ts'
import type { HallucinationPart } from '../../../core/contract/hallucinations.ts'
import { limited } from './limited.ts'

export type SyntheticPicture = CallOutput<'hallucinations.view'>

const AT_ONCE = 3

export class SyntheticPictures {
  readonly #client: Pick<Client, 'call'>
  #id: number | null = null
  #known = new Map<string, Promise<SyntheticPicture>>()
  readonly #limited = limited(AT_ONCE, 'oldest')

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client
  }
  /** One part; the same promise for the same part until another hallucination is asked for. */
  view(id: number, part: HallucinationPart, index = 0): Promise<SyntheticPicture> {
    if (id !== this.#id) {
      this.#id = id
      this.#known = new Map()
    }
    const known = this.#known
    const key = `${part}:${index}`
    const there = known.get(key)
    if (there) return there
    const made = this.#limited(() => this.#client.call('hallucinations.view', { id, part, index }))
    made.catch(() => known.delete(key))
    known.set(key, made)
    return made
  }
}
