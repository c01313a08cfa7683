// Lint rule: the arrows between rooms only go down. See the table of rooms in docs/architecture.md.
import path from 'node:path'

/** Floor of every room of core/; rooms of one floor do not import each other. @type {Record<string, number>} */
const FLOORS = {
  cli: 7,
  loopback: 6,
  services: 5,
  jobs: 4,
  models: 4,
  learning: 4,
  faces: 3,
  matching: 3,
  training: 3,
  evaluation: 3,
  runtime: 2,
  losses: 2,
  datasets: 2,
  nets: 1,
  images: 1,
  store: 1,
  contract: 0,
  base: 0,
}
/** Packages that a part of the house may use; absent: any that is installed. @type {Record<string, string[]>} */
const PACKAGES = {
  contract: ['zod'],
  renderer: ['@lucide/svelte', 'bits-ui', 'paneforge', 'svelte', 'virtua', 'zod'],
}
/** Only these touch Electron. */
const ELECTRON = ['electron', 'test/double']

/** The part of the house that a file stands in: "core/store", "renderer", "test/double", … */
function partOf(/** @type {string} */ file) {
  const [top = '', second = ''] = file.split('/')
  if (top === 'core') return `core/${second}`
  return file.startsWith('test/double/') ? 'test/double' : top
}

/**
 * What is wrong with an import, as a sentence; undefined when nothing is.
 * @param {string} from importing file, relative to the root, with forward slashes
 * @param {string} specifier as written
 */
export function wrongImport(from, specifier) {
  const part = partOf(from)
  const room = part.startsWith('core/') ? part.slice(5) : undefined
  const floor = room === undefined ? undefined : FLOORS[room]
  if (room !== undefined && floor === undefined)
    return `core/${room} has no floor: give it one in scripts/lint/floors.mjs and docs/architecture.md`
  if (!specifier.startsWith('.')) return wrongPackage(from, part, room, specifier)
  const target = partOf(path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier)))
  if (target === part || target === 'package.json') return undefined
  if (part === 'renderer')
    return target === 'core/contract' ? undefined : `renderer/ enters core/contract alone, not ${target}/`
  if (floor === undefined) return undefined
  if (!target.startsWith('core/')) return `core/ knows nothing of ${target}/`
  const above = FLOORS[target.slice(5)]
  if (above === undefined) return `${target} has no floor`
  return above < floor
    ? undefined
    : `${part} (floor ${floor}) must not import ${target} (floor ${above}): arrows only go down`
}

/** @param {string | undefined} room @param {string} from @param {string} part @param {string} specifier */
function wrongPackage(from, part, room, specifier) {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (name === 'electron' && !ELECTRON.includes(part)) return 'only electron/ and its test double import electron'
  const inPage = from.startsWith('renderer/src/') || from.startsWith('core/contract/')
  if (!inPage || /\.test\.ts$/.test(from)) return undefined
  const allowed = PACKAGES[room ?? part]
  return allowed && !allowed.includes(name)
    ? `${part} runs in the page and may use ${allowed.join(', ')}, not ${name}`
    : undefined
}

/** @type {import('eslint').Rule.RuleModule} */
export const floors = {
  meta: { type: 'problem', schema: [], messages: { wrong: '{{sentence}}' } },
  create(context) {
    const from = path.relative(context.cwd, context.filename).split(path.sep).join('/')
    const check = (/** @type {any} */ node) => {
      const source = node.source ?? node.arguments?.[0]
      const sentence = typeof source?.value === 'string' ? wrongImport(from, source.value) : undefined
      if (sentence) context.report({ node: source, messageId: 'wrong', data: { sentence } })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      'CallExpression[callee.name="require"]': check,
      'CallExpression[callee.object.type="MetaProperty"][callee.property.name="resolve"]': check,
      TSImportType: check,
    }
  },
}
