// Are the people that a model is measured on among those it was trained on? By declared names, and by the pictures.
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { leakAudit, plainName, type Faces } from '../datasets/leakAudit.ts'
import { openDataset } from '../datasets/open.ts'

/** Where a package may declare the people it was trained on, beside its card: a name or a hash of one in each line. */
export const PEOPLE_FILE = 'training-people.txt'

/** First 16 hex digits of the SHA-256 of a plain name (letters and digits, no case, no accents), as such a file may have it. */
export const nameHash = (name: string): string => sha256(plainName(name)).slice(0, 16)

export interface Leak {
  /** People whom the package declares to be trained on; null where it declares nobody. */
  readonly declared: number | null
  /** Evaluated people who are among them. */
  readonly shared: readonly string[]
  /** Audit against a training set that was named: names and pictures that both have. */
  readonly audit: {
    readonly training: string
    readonly names: readonly string[]
    readonly pictures: readonly { readonly training: string; readonly evaluated: string; readonly distance: number }[]
  } | null
  /** One sentence. */
  readonly says: string
}

const MOST = 100
/** Names that a pack made up, or plain numbers, say nothing about a person. */
const telling = (name: string): boolean => /\p{L}/u.test(name) && !name.startsWith('person ')

/** @param declared lines of the package's people file @param training folder or pack of a training set to compare with */
export async function leakOf(
  people: readonly string[],
  declared: readonly string[] | null,
  training: { readonly place: string; readonly evaluated: Faces } | null,
  signal?: AbortSignal,
): Promise<Leak> {
  const lines = declared && new Set(declared.flatMap((line) => [line.toLowerCase(), plainName(line)]))
  const named = people.filter(telling)
  const shared = lines ? named.filter((name) => lines.has(nameHash(name)) || lines.has(plainName(name))) : []
  let audit: Leak['audit'] = null
  if (training) {
    const dataset = await openDataset(training.place, signal ? { signal } : {})
    try {
      const { names, thumbnails } = await leakAudit(dataset, training.evaluated, signal ? { signal } : {})
      audit = {
        training: path.basename(training.place),
        names: names.filter((n) => !n.number).map((n) => n.b),
        pictures: thumbnails.map(({ a, b, distance }) => ({ training: a, evaluated: b, distance })),
      }
    } finally {
      await dataset.close()
    }
  }
  const sentences = [
    declared
      ? `${shared.length} of ${named.length} named people are among the ${declared.length} that the package declares to be trained on.`
      : 'The package does not declare the people it was trained on.',
    ...(audit
      ? [
          `${audit.names.length} people and ${audit.pictures.length} pictures are in the training set ${audit.training} as well.`,
        ]
      : []),
  ]
  return {
    declared: declared ? declared.length : null,
    shared: shared.slice(0, MOST),
    audit: audit && { ...audit, names: audit.names.slice(0, MOST), pictures: audit.pictures.slice(0, MOST) },
    says: sentences.join(' '),
  }
}
