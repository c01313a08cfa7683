// Reads the tap paths of a recipe: which network's which output on which view.

/** `student(lr).embedding`, or a head over it: `head(student(lr).embedding)`, `head(...).plain` for logits without margin. */
export type TapPath =
  | { readonly kind: 'tap'; readonly model: string; readonly view: string; readonly tap: string }
  | {
      readonly kind: 'head'
      readonly head: string
      readonly of: Extract<TapPath, { kind: 'tap' }>
      readonly logits: 'margin' | 'plain'
    }

const TAP = /^([\w-]+)\(([\w-]+)\)\.([\w-]+)$/
const HEAD = /^([\w-]+)\((.+\..+)\)(?:\.(margin|plain))?$/

/** @throws Error that shows the two forms */
export function parseTapPath(text: string): TapPath {
  const tap = TAP.exec(text)
  if (tap) return { kind: 'tap', model: tap[1]!, view: tap[2]!, tap: tap[3]! }
  const head = HEAD.exec(text)
  if (head) {
    const of = parseTapPath(head[2]!)
    if (of.kind === 'tap')
      return { kind: 'head', head: head[1]!, of, logits: (head[3] as 'margin' | 'plain' | undefined) ?? 'margin' }
  }
  throw new Error(`"${text}" is no tap path; write model(view).tap or head(model(view).tap)`)
}

/** The network output that a path needs. */
export const tapOf = (path: TapPath): Extract<TapPath, { kind: 'tap' }> => (path.kind === 'tap' ? path : path.of)
export const tapKey = ({ model, view, tap }: Extract<TapPath, { kind: 'tap' }>): string => `${model}(${view}).${tap}`
