// Reads the tap paths of a recipe: which network's which output on which view, or on which other network's output.

/** A view as it is shown to the networks: `hr`. */
export interface ViewPath {
  readonly kind: 'view'
  readonly view: string
}
/** What is known about the faces of a view beside their names: `hr.landmarks`, `hr.parsing`. */
export interface LabelPath {
  readonly kind: 'label'
  readonly view: string
  readonly label: 'landmarks' | 'parsing'
}
/** `student(lr).embedding`, `features(coarse(lr).image).landmarks`; `critic(a + b).embedding` shows both as one batch. */
export interface NetworkPath {
  readonly kind: 'tap'
  readonly model: string
  readonly input: readonly (ViewPath | NetworkPath)[]
  readonly tap: string
}
/** A head over a tap: `head(student(lr).embedding)`, `head(...).plain` for logits without margin. */
export interface HeadPath {
  readonly kind: 'head'
  readonly head: string
  readonly of: NetworkPath
  readonly logits: 'margin' | 'plain'
}
export type TapPath = ViewPath | LabelPath | NetworkPath | HeadPath

const TOKEN = /\s*([\w-]+|[().+])\s*/y

/** @throws Error that shows the forms */
export function parseTapPath(text: string): TapPath {
  const wrong = (): never => {
    throw new Error(
      `"${text}" is no tap path; write view, view.landmarks, view.parsing, model(view).tap, model(model(view).tap).tap, or head(model(view).tap)`,
    )
  }
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text)
    if (!found || tokens.length > 200) return wrong()
    tokens.push(found[1]!)
  }
  let at = 0
  const name = (): string => (/^[\w-]+$/.test(tokens[at] ?? '') ? tokens[at++]! : wrong())
  const taken = (token: string): boolean => tokens[at] === token && ++at > 0
  const path = (): TapPath => {
    const first = name()
    if (!taken('(')) {
      if (!taken('.')) return { kind: 'view', view: first }
      const label = name()
      return label === 'landmarks' || label === 'parsing' ? { kind: 'label', view: first, label } : wrong()
    }
    const input = [path()]
    while (taken('+')) input.push(path())
    if (!taken(')')) return wrong()
    const last = taken('.') ? name() : undefined
    if (last === undefined || last === 'margin' || last === 'plain') {
      const [of] = input
      if (input.length > 1 || of?.kind !== 'tap') return wrong()
      return { kind: 'head', head: first, of, logits: last ?? 'margin' }
    }
    const shown = input.filter((each) => each.kind === 'view' || each.kind === 'tap')
    return shown.length === input.length ? { kind: 'tap', model: first, input: shown, tap: last } : wrong()
  }
  const parsed = path()
  return at === tokens.length ? parsed : wrong()
}

/** What a path says of itself; the same text for the same thing. */
export function tapKey(path: TapPath): string {
  if (path.kind === 'view') return path.view
  if (path.kind === 'label') return `${path.view}.${path.label}`
  if (path.kind === 'tap') return `${callKey(path)}.${path.tap}`
  return `${path.head}(${tapKey(path.of)})${path.logits === 'plain' ? '.plain' : ''}`
}
/** The network and what it is shown. */
export const callKey = ({ model, input }: NetworkPath): string => `${model}(${input.map(tapKey).join(' + ')})`

/** One network on one input: the outputs that are wanted of it. */
export interface Call {
  readonly model: string
  readonly input: NetworkPath['input']
  /** The view, where it is shown just that. */
  readonly view: string | undefined
  readonly taps: Set<string>
}

/** Every network call that some paths need, each after those that it needs itself. */
export function neededCalls(paths: Iterable<TapPath>): Map<string, Call> {
  const calls = new Map<string, Call>()
  const need = (path: TapPath): void => {
    if (path.kind === 'head') return need(path.of)
    if (path.kind !== 'tap') return
    for (const each of path.input) need(each)
    const key = callKey(path)
    const [only] = path.input
    const view = path.input.length === 1 && only?.kind === 'view' ? only.view : undefined
    const call = calls.get(key) ?? { model: path.model, input: path.input, view, taps: new Set<string>() }
    call.taps.add(path.tap)
    calls.set(key, call)
  }
  for (const path of paths) need(path)
  return calls
}

/** Views whose labels some paths need, with the labels. */
export function neededLabels(paths: Iterable<TapPath>): LabelPath[] {
  const labels = new Map<string, LabelPath>()
  for (const path of paths) if (path.kind === 'label') labels.set(tapKey(path), path)
  return [...labels.values()]
}
