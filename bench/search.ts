// How long one exact search takes: our scan, one MatMul over the whole array, and numpy, interleaved.
// Run: npx node bench/search.ts [templates] [dimension] [rounds]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { workerEnvironment } from '../core/jobs/child.ts'
import { openScanner } from '../core/matching/scan.ts'
import { scanModel } from '../core/matching/scanModel.ts'
import { openSession } from '../core/runtime/session.ts'

// The scan runs in the worker, so it is measured under the worker's environment.
const env = workerEnvironment()
if (process.env.GLIBC_TUNABLES !== env.GLIBC_TUNABLES && process.env.VESTIGE_BENCH === undefined) {
  const again = spawn(process.execPath, process.argv.slice(1), {
    env: { ...env, VESTIGE_BENCH: 'worker' },
    stdio: 'inherit',
  })
  const [code] = (await once(again, 'close')) as [number | null]
  process.exit(code ?? 1)
}

const [count = 100_000, dim = 512, rounds = 25] = process.argv.slice(2).map(Number)
const top = 50
const threads = 2

/** A numpy process that runs one scan per line it is sent; null where python or numpy is absent. */
async function numpy(): Promise<{ version: string; run: () => Promise<number>; stop: () => void } | null> {
  const script = path.join(import.meta.dirname, 'search_numpy.py')
  const python = process.env.PYTHON ?? 'python3'
  const limit = String(threads)
  const child = spawn(python, [script, String(count), String(dim), String(top)], {
    env: { ...process.env, OMP_NUM_THREADS: limit, OPENBLAS_NUM_THREADS: limit, MKL_NUM_THREADS: limit },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const started = await Promise.race([lines.next(), once(child, 'error').then(() => null)])
  if (!started || started.done) return null
  return {
    version: started.value,
    async run() {
      child.stdin.write('\n')
      const line = await lines.next()
      return Number(line.value)
    },
    stop: () => void child.stdin.end(),
  }
}

const vectors = new Float32Array(count * dim)
let state = 1
/** Mulberry32, -0.5..0.5: rows of a plain congruential generator would resemble each other. */
function random(): number {
  let t = (state = (state + 0x6d2b79f5) | 0)
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 - 0.5
}
for (let row = 0; row < count; row++) {
  let square = 0
  for (let i = row * dim, end = i + dim; i < end; i++) {
    const value = random()
    vectors[i] = value
    square += value * value
  }
  for (let i = row * dim, end = i + dim; i < end; i++) vectors[i] = vectors[i]! / Math.sqrt(square)
}
const ids = Int32Array.from({ length: count }, (_, i) => i + 1)
const gallery = { dim, count, vectors, templateIds: ids, subjectIds: ids }
const probe = vectors.slice(0, dim)
const scanner = await openScanner({ threads })
const whole = await openSession(scanModel(), { threads })
const baseline = await numpy()

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}
const feeds = { gallery: { dims: [count, dim], data: vectors }, probe: { dims: [dim, 1], data: probe } }
const runs: Record<string, () => Promise<number>> = {
  'vestige: chunked, streamed, exact top 50': () =>
    timed(() => scanner.scan(gallery, probe, { top, perSubject: 'best' })),
  'one MatMul over the whole array, no ranking': () => timed(() => whole.run(feeds)),
  ...(baseline ? { [`${baseline.version}, top 50`]: baseline.run } : {}),
}
const times = new Map(Object.keys(runs).map((name) => [name, [] as number[]]))
for (let round = -3; round < rounds; round++)
  for (const [name, run] of Object.entries(runs)) {
    // numpy's and ONNX Runtime's threads spin for some 25 ms after their work and would slow down whoever comes next.
    await setTimeout(100)
    const ms = await run()
    if (round >= 0) times.get(name)!.push(ms)
  }
baseline?.stop()
await scanner.release()
await whole.release()

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const ours = median([...times.values()][0]!)
console.log(`${count} x ${dim}, ${threads} threads, ${rounds} rounds interleaved, ${cpus()[0]?.model ?? 'unknown CPU'}`)
console.log('| scan | median ms | fastest ms | vestige is |\n|---|---|---|---|')
for (const [name, values] of times)
  console.log(
    `| ${name} | ${median(values).toFixed(1)} | ${Math.min(...values).toFixed(1)} | ${(ours / median(values)).toFixed(2)} x |`,
  )
if (!baseline) console.log('| numpy | absent | absent | absent |')
