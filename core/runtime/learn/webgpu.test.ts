// WebGPU computes the gradients of the plain JavaScript backend. Runs in a process of its own, on a device imitated by
// software (SwiftShader, as Chromium brings it) where there is no other.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const chromium = '/usr/lib/chromium'
const driver = path.join(chromium, 'vk_swiftshader_icd.json')
function missing(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-webgpu/package.json')
    createRequire(import.meta.url).resolve('webgpu')
  } catch {
    return 'the optional package webgpu is not installed'
  }
  return existsSync(driver) && existsSync(path.join(chromium, 'libvulkan.so.1')) ? undefined : `${driver} is not here`
}
const reason = missing()

/** Runs a program of this folder with SwiftShader as the graphics device. */
function run(program: string, args: string[] = []): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, program), ...args], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: chromium, VK_ICD_FILENAMES: driver },
    timeout: 180_000,
  })
  return { status, out: `${stdout}${stderr}` }
}

describe.skipIf(reason)(`WebGPU${reason ? `: ${reason}` : ''}`, () => {
  it('has the gradients of the plain JavaScript backend, and says what it is', () => {
    const { status, out } = run('testWebGpu.ts', ['gradients'])
    expect(out).toContain('device: SwiftShader')
    const error = Number(/worst: (\S+)/.exec(out)?.[1])
    expect(error, out).toBeLessThan(1e-4)
    expect(out).toContain('left behind: 0')
    expect(status).toBe(0)
  }, 180_000)

  it('names the device that was lost', () => {
    expect(run('testWebGpu.ts', ['lost']).out).toMatch(/The graphics device \(SwiftShader.*\) was lost/)
  }, 180_000)

  it('does not pass software off as a graphics device', () => {
    expect(run('testWebGpu.ts', ['refuse']).out).toMatch(
      /Networks cannot learn with webgpu here: .* imitated by software/,
    )
  }, 180_000)
})
