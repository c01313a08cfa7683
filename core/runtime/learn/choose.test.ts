// The choice of a learning backend: what is not there is explained, a crash costs nothing, and the fastest is taken.
import { describe, expect, it } from 'vitest'
import { availableBackends, type Availability } from './available.ts'
import { backendKinds, openBackend, type BackendKind, type LearnBackend } from './backend.ts'
import { chooseBackend } from './choose.ts'

describe('what is available', () => {
  it('says of every kind whether it is, and if not why', async () => {
    const all = await availableBackends()
    expect(all.map(({ kind }) => kind)).toEqual([...backendKinds])
    for (const { available, reason, device } of all) expect(available ? device : reason).toMatch(/\w{3}/)
    expect(all.find(({ kind }) => kind === 'wasm')).toMatchObject({
      available: true,
      device: expect.stringMatching(/WebAssembly/),
    })
  }, 120_000)

  it('survives a trial that never answers', async () => {
    const [wasm] = await availableBackends({ kinds: ['wasm'], limit: 1 })
    expect(wasm).toMatchObject({ available: false, reason: expect.stringMatching(/no answer within 0 seconds/) })
  })

  it('refuses with a sentence to open what is not there', async () => {
    const missing = (await availableBackends({ kinds: ['tensorflow-gpu'] }))[0]!
    if (missing.available) return
    await expect(openBackend('tensorflow-gpu')).rejects.toThrow(
      `Networks cannot learn with tensorflow-gpu here: ${missing.reason}.`,
    )
  })
})

const imitation = (kind: BackendKind, closed: BackendKind[] = []): LearnBackend => ({
  kind,
  tf: undefined as never,
  device: `the ${kind} device`,
  activate: async () => undefined,
  close: () => closed.push(kind),
})
const here = (...kinds: BackendKind[]): (() => Promise<Availability[]>) => {
  const all = backendKinds.map((kind) =>
    kinds.includes(kind) ? { kind, available: true } : { kind, available: false, reason: 'gone' },
  )
  return () => Promise.resolve(all)
}

describe('the choice', () => {
  it('is the fastest; slower ones are closed, and what failed is told', async () => {
    const closed: BackendKind[] = []
    const steps: Record<string, number> = { tensorflow: 300, webgpu: 100, wasm: 1400 }
    const choice = await chooseBackend({
      look: here('tensorflow', 'webgpu', 'wasm', 'cpu'),
      open: (kind) => Promise.resolve(imitation(kind, closed)),
      time: ({ kind }) => Promise.resolve(steps[kind]!),
    })
    expect(choice.chosen.kind).toBe('webgpu')
    expect(closed).toEqual(['tensorflow', 'wasm'])
    expect(choice.table.map(({ kind, msPerStep, reason }) => [kind, msPerStep ?? reason])).toEqual([
      ['tensorflow-gpu', 'gone'],
      ['tensorflow', 300],
      ['webgpu', 100],
      ['wasm', 1400],
      ['cpu', 'it is always slower than the others'],
    ])
    expect(choice.sentence).toBe(
      'Learning with the webgpu device, the fastest here: 100 ms per step, against 300 ms with tensorflow and 1.4 s with wasm.',
    )
  })

  it('goes on with the next where one fails', async () => {
    const choice = await chooseBackend({
      look: here('tensorflow', 'wasm'),
      open: (kind) =>
        kind === 'tensorflow' ? Promise.reject(new Error('no memory.\nat x')) : Promise.resolve(imitation(kind)),
      time: () => Promise.resolve(1000),
    })
    expect(choice.chosen.kind).toBe('wasm')
    expect(choice.table[1]).toMatchObject({ reason: 'it failed: no memory' })
    expect(choice.sentence).toMatch(/1\.0 s per step; nothing else worked/)
  })

  it('is not measured where there is nothing to choose from', async () => {
    const choice = await chooseBackend({
      look: here('wasm', 'cpu'),
      open: (kind) => Promise.resolve(imitation(kind)),
      time: () => Promise.reject(new Error('nothing is measured')),
    })
    expect(choice.sentence).toBe('Learning with the wasm device, the only way here.')
  })

  it('is what was asked for, without measuring', async () => {
    const time = () => Promise.reject(new Error('nothing is measured'))
    const choice = await chooseBackend({ prefer: 'wasm', open: (kind) => Promise.resolve(imitation(kind)), time })
    expect(choice.sentence).toBe('Learning with the wasm device, as asked.')
  })

  it('says of each why, where nothing works', async () => {
    const nothing = chooseBackend({ look: here(), time: () => Promise.resolve(1) })
    await expect(nothing).rejects.toThrow(/Nothing on this machine could make a training step: tensorflow-gpu: gone; /)
  })
})
