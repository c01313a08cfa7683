// What the device report says is true: the provider that is named is the one that computed, the others are explained.
import { expect, it } from 'vitest'
import { DeviceReport } from '../contract/app.ts'
import { deviceReport, sentence } from './device.ts'
import { candidates } from './providers.ts'

it('reports a device that passed its self-test, in the form of the contract', async () => {
  const report = await deviceReport(1, { providers: [] })
  expect(DeviceReport.parse(report)).toEqual(report)
  expect(report).toMatchObject({ provider: 'cpu', threads: 1, declined: [], selfTest: { ok: true, maxError: 0 } })
  expect(report.runtime).toMatch(/^ONNX Runtime \d+\.\d+/)
})

it('falls back to the CPU aloud: one sentence for every provider that is not used', async () => {
  const report = await deviceReport(1, { providers: ['nosuch', 'webgpu'], skip: ['webgpu'] })
  expect(report.provider).toBe('cpu')
  expect(report.declined).toEqual([
    { provider: 'nosuch', reason: 'This build of ONNX Runtime does not have it.' },
    { provider: 'webgpu', reason: 'It is switched off, because it ended the inference process before.' },
  ])
})

it('names no candidate that cannot be there', () => {
  expect(candidates('win32', 'x64').candidates).toEqual(['dml', 'webgpu'])
  expect(candidates('darwin', 'arm64').candidates).toEqual(['coreml', 'webgpu'])
  expect(candidates('linux', 'x64', () => true)).toEqual({ candidates: ['cuda', 'webgpu'], missing: [] })
  const without = candidates('linux', 'x64', () => false)
  expect(without.candidates).toEqual(['webgpu'])
  expect(without.missing[0]).toMatchObject({ provider: 'cuda', reason: expect.stringMatching(/not installed/) })
})

it('says complaints in words, without paths of the build machine', () => {
  expect(sentence('Failed to get a WebGPU adapter: No supported adapters')).toBe(
    'No graphics device that WebGPU can use was found.',
  )
  expect(sentence('/onnxruntime_src/core/x.cc:136 something broke')).toBe('It could not be started: something broke')
})
