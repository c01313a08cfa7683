// The documented forms of the command: from a folder of photographs to a ranked list and a verified chain.
import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../core/base/root.ts'
import { build } from '../../core/nets/build.ts'
import { initialWeights } from '../../core/nets/initialise.ts'
import { toOnnx } from '../../core/nets/onnx/lower.ts'
import { photograph, vestige } from './harness.ts'

interface Found {
  probe: { number: number; faces: number; state: { kind: string } }
  candidates: { rank: number; subject: string; score: number }[]
}
let root: string
let store: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'vestige-forms-'))
  store = path.join(root, 'store')
  for (const n of [1, 2, 3, 4, 5, 6] as const) {
    const folder = path.join(root, 'people', `Person ${n}`)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'reference.jpg'), await photograph(n))
  }
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

describe('vestige', () => {
  it('enrols a folder, ranks a shrunk photograph first, and verifies the chain', async () => {
    const enrolled = await vestige(
      'enrol',
      path.join(root, 'people'),
      '--gallery',
      'references',
      '--store',
      store,
      '--json',
    )
    expect(enrolled.err).toBe('')
    expect(enrolled.code).toBe(0)
    expect(enrolled.json()).toMatchObject({
      enrolled: 6,
      duplicates: 0,
      unreadable: 0,
      gallery: { name: 'references', subjects: 6, templates: 6 },
    })

    const probe = path.join(root, 'probe.jpg')
    await writeFile(probe, await photograph(3, 320))
    const found = await vestige('search', probe, '--gallery', 'references', '--top', '4', '--store', store, '--json')
    expect(found.code).toBe(0)
    const { candidates, probe: used } = found.json<Found>()
    expect(used.state.kind).toBe('template')
    expect(candidates.map((c) => c.rank)).toEqual([1, 2, 3, 4])
    expect(candidates[0]?.subject).toBe('Person 3')
    const scores = candidates.map((c) => c.score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))

    const verified = await vestige('audit', 'verify', '--store', store, '--json')
    expect(verified.json()).toMatchObject({ ok: true, problems: [] })
    expect(verified.code).toBe(0)
  })

  it('enrolling the same folder again stores nothing twice', async () => {
    const again = await vestige(
      'enrol',
      path.join(root, 'people'),
      '--gallery',
      'references',
      '--store',
      store,
      '--json',
    )
    expect(again.json()).toMatchObject({ enrolled: 0, duplicates: 6, gallery: { templates: 6 } })
  })

  it('finds one changed byte of a stored original and ends with 1', async () => {
    const blobs = path.join(store, 'blobs')
    const files = (await readdir(blobs, { recursive: true, withFileTypes: true })).filter((each) => each.isFile())
    const victim = path.join(files[0]?.parentPath ?? '', files[0]?.name ?? '')
    const bytes = await readFile(victim)
    const changed = Buffer.from(bytes)
    changed[1000] = (changed[1000] ?? 0) ^ 1
    await chmod(victim, 0o600)
    await writeFile(victim, changed)
    const verified = await vestige('audit', 'verify', '--store', store, '--json')
    expect(verified.code).toBe(1)
    expect(verified.json<{ ok: boolean; problems: unknown[] }>().problems.length).toBeGreaterThan(0)
    await writeFile(victim, bytes)
    expect((await vestige('audit', 'verify', '--store', store)).code).toBe(0)
  })

  it('lists cases, and says what runs where', async () => {
    const cases = await vestige('cases', '--store', store, '--json')
    expect(cases.json()).toMatchObject({ cases: [{ name: 'Command line', searchCount: 1 }] })
    const doctor = await vestige('doctor', '--store', store)
    expect(doctor.out).toMatch(/cpu|cuda|directml|coreml|webgpu/i)
  })

  it('imports another model; a search waits until the gallery has its templates', async () => {
    const g = build('small')
    const x = g.relu('r', g.conv('c', g.input([112, 112, 3]), { filters: 8, kernel: 7, stride: 4, pad: 3, bias: true }))
    const graph = g.done({
      embedding: g.dense('d', g.flatten('f', g.avgPool('p', x, { kernel: 4 }), 'chw'), { units: 16 }),
    })
    const file = path.join(root, 'small.onnx')
    await writeFile(file, toOnnx(graph, initialWeights(graph, 1), { layout: 'NCHW' }))
    const imported = await vestige('import-model', file, '--yes', '--activate', '--store', store, '--json')
    expect(imported.json()).toMatchObject({ package: { card: { embedding: 16, state: 'experimental' } } })

    const again = ['search', path.join(root, 'probe.jpg'), '--gallery', 'references', '--store', store, '--json']
    const refused = await vestige(...again)
    expect([refused.code, refused.json<{ error: { code: string } }>().error.code]).toEqual([3, 'wrong-model'])
    expect((await vestige('reenrol', '--gallery', 'references', '--store', store, '--json')).json()).toMatchObject({
      enrolled: 6,
      gallery: { templates: 6, stale: 0 },
    })
    expect((await vestige(...again)).json<Found>().candidates).toHaveLength(6)
  })

  it('refuses a second process on a store that is open, with a sentence', async () => {
    const holder = spawn(process.execPath, [path.join(appRoot, 'bin', 'vestige.mjs'), 'serve', '--store', store], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve))
      const second = await vestige('cases', '--store', store, '--json')
      expect(second.code).toBe(4)
      expect(second.json()).toMatchObject({ error: { code: 'store-locked' } })
    } finally {
      holder.kill('SIGTERM')
      await new Promise((resolve) => holder.once('close', resolve))
    }
    expect((await vestige('cases', '--store', store)).code).toBe(0)
  })

  it('says what is wrong with the command line and ends with 2', async () => {
    for (const words of [
      ['nonsense'],
      ['search', 'x.png'],
      ['search', 'x.png', '--gallery', 'g', '--top', '0'],
      ['enrol', '--gallery'],
    ])
      expect((await vestige(...words)).code).toBe(2)
  })
})
