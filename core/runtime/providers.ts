// Which execution providers could run here, in the order of preference, before any is tried.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { unpacked } from '../base/root.ts'
import type { Declined } from './session.ts'

export interface Candidates {
  /** Worth trying, best first; the CPU is not among them, it always works. */
  candidates: string[]
  /** Known to be missing without a try. */
  missing: Declined[]
}

/** Folder of ONNX Runtime's native library on this platform, or null where there is none. */
function nativeFolder(platform: NodeJS.Platform, arch: string): string | null {
  try {
    const home = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
    return unpacked(path.join(home, 'bin', 'napi-v6', platform, arch))
  } catch {
    return null
  }
}

/**
 * @param platform as process.platform
 * @param has whether a file lies beside the native library; replaced in tests
 */
export function candidates(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
  has: (file: string) => boolean = (file) => {
    const folder = nativeFolder(platform, arch)
    return folder !== null && existsSync(path.join(folder, file))
  },
): Candidates {
  if (platform === 'win32') return { candidates: ['dml', 'webgpu'], missing: [] }
  if (platform === 'darwin') return { candidates: ['coreml', 'webgpu'], missing: [] }
  if (has('libonnxruntime_providers_cuda.so')) return { candidates: ['cuda', 'webgpu'], missing: [] }
  // Asking for it would fail too, but only after complaints on the error stream.
  const reason = "ONNX Runtime's CUDA libraries are not installed; docs/dependencies.md has the command."
  return { candidates: ['webgpu'], missing: [{ provider: 'cuda', reason }] }
}
