// The floors of the house are kept by the linter: planted violations are errors, the arrows that go down are not.
import { ESLint } from 'eslint'
import { beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../core/base/root.ts'

let eslint: ESLint
beforeAll(() => {
  // Types are not needed to see an import; without them a planted file need not exist.
  eslint = new ESLint({
    cwd: appRoot,
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } }, rules: {} },
    ruleFilter: ({ ruleId }) => ruleId.startsWith('vestige/') || ruleId === 'max-lines',
  })
})
async function problems(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`// Planted.\n${code}\n`, { filePath: `${appRoot}/${file}` })
  return result!.messages.map((message) => `${message.severity}: ${message.ruleId}`)
}
const broken = ['2: vestige/floors']

describe('an error', () => {
  it.each([
    ['core/store/planted.ts', "import '../services/index.ts'"],
    ['core/images/planted.ts', "import '../store/open.ts'"],
    ['core/matching/planted.ts', "import type { A } from '../faces/embed.ts'\nexport type B = A"],
    ['core/jobs/planted.ts', "export * from '../models/packages.ts'"],
    ['core/jobs/planted.ts', "export { a } from '../models/packages.ts'"],
    ['core/runtime/planted.ts', "await import('../faces/detect.ts')"],
    ['core/runtime/planted.ts', "export type A = import('../faces/detect.ts').A"],
    ['core/services/deep/planted.ts', "import '../../cli/main.ts'"],
    ['core/services/planted.test.ts', "import '../loopback/index.ts'"],
    ['core/services/planted.ts', "import '../../electron/main.ts'"],
    ['core/services/planted.ts', "import '../../renderer/src/host.ts'"],
    ['core/services/planted.ts', "import { app } from 'electron'\nexport { app }"],
    ['core/contract/planted.ts', "import '../base/root.ts'"],
    ['core/contract/planted.ts', "import 'node:fs'"],
    ['core/attic/planted.ts', "import '../base/root.ts'"],
    ['renderer/src/planted.ts', "import '../../core/store/open.ts'"],
    ['renderer/src/planted.ts', "import '../../core/base/root.ts'"],
    ['renderer/src/planted.ts', "import 'node:fs'"],
    ['renderer/src/planted.ts', "import 'electron'"],
    ['test/e2e/planted.ts', "import 'electron/main'"],
    ['scripts/planted.mjs', "import 'electron'"],
  ])('%s: %s', async (file, code) => expect(await problems(file, code)).toEqual(broken))
  it('renderer/src/Planted.svelte', async () => {
    const code = '<script lang="ts">\n  import "../../core/services/index.ts"\n</script>'
    const [result] = await eslint.lintText(`<!-- Planted. -->\n${code}\n`, {
      filePath: `${appRoot}/renderer/src/Planted.svelte`,
    })
    expect(result!.messages.map((message) => message.ruleId)).toContain('vestige/floors')
  })
  it('a file of more than 400 lines', async () => {
    expect(await problems('core/base/planted.ts', '// line\n'.repeat(397))).toEqual([])
    expect(await problems('core/base/planted.ts', '// line\n'.repeat(400))).toEqual(['2: max-lines'])
  })
  it('a file that does not say why it exists', async () => {
    const [result] = await eslint.lintText('export {}\n', { filePath: `${appRoot}/core/base/planted.ts` })
    expect(result!.messages.map((message) => message.ruleId)).toEqual(['vestige/purpose'])
  })
})

describe('no error', () => {
  it.each([
    [
      'core/services/planted.ts',
      "import '../jobs/queue.ts'\nimport '../models/packages.ts'\nimport '../store/open.ts'",
    ],
    ['core/cli/planted.ts', "import '../loopback/index.ts'\nimport '../services/index.ts'\nimport 'commander'"],
    ['core/faces/planted.ts', "import './detect.ts'\nimport '../runtime/session.ts'\nimport '../contract/index.ts'"],
    ['core/contract/wire/planted.ts', "import '../errors.ts'\nimport 'zod'"],
    ['core/contract/planted.test.ts', "import 'node:fs'\nimport 'vitest'"],
    [
      'renderer/src/panels/planted.ts',
      "import '../../../core/contract/index.ts'\nimport '../host.ts'\nimport 'svelte'",
    ],
    ['electron/planted.ts', "import 'electron'\nimport '../core/services/index.ts'"],
    ['test/double/planted.ts', "import 'electron'"],
  ])('%s', async (file, code) => expect(await problems(file, code)).toEqual([]))
})
