// npm test: every check, every unit and slow test, every end-to-end test; ends with one line that sums them up.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { runChecks } from './checks.mjs'
import { ownNode, root, run } from './paths.mjs'

const results = path.join(root, 'test-results')
const json = (/** @type {string} */ name) => path.join(results, `${name}.json`)
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const checks = await runChecks()
const vitest = await run(ownNode, [
  ...[path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json'],
  `--outputFile.json=${json('vitest')}`,
])
const playwright = await run(
  ownNode,
  [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', '-c', 'test/e2e', '--reporter=list,json'],
  { env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: json('playwright') } },
)

/**
 * Counts of a runner; a runner that ended badly without naming a failed test counts as one failure.
 * @param {string} name @param {number} code its exit code @param {(report: any) => Counts} read from its JSON report
 * @returns {Counts}
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */
function counts(name, code, read) {
  const none = { passed: 0, failed: 0, skipped: 0 }
  const found = existsSync(json(name)) ? read(JSON.parse(readFileSync(json(name), 'utf8'))) : none
  return code !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found
}
const all = [
  { ...checks, skipped: 0 },
  counts('vitest', vitest, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  })),
  counts('playwright', playwright, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  })),
]
const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) => all.reduce((total, part) => total + part[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = sum('failed') > 0 ? 1 : 0
