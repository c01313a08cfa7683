// WebAssembly: learns on any processor without an addon, with the gradients that its package lacks added.
import { createRequire } from 'node:module'
import path from 'node:path'
import type { LearnBackend } from './backend.ts'
import { firstLine, unavailable } from './unavailable.ts'
import { addWasmGradients } from './wasmKernels.ts'

/** @throws UserFacingError 'unavailable' */
export async function openWasm(): Promise<LearnBackend> {
  const tf = await import('@tensorflow/tfjs')
  tf.enableProdMode()
  try {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const home = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
    // Files of the package, read from the disk: nothing is fetched.
    setWasmPaths(path.join(home, 'wasm-out', path.sep))
    addWasmGradients(tf)
    if (!(await tf.setBackend('wasm'))) throw new Error('its module could not be compiled')
  } catch (thrown) {
    throw unavailable('wasm', firstLine(thrown), thrown)
  }
  return {
    kind: 'wasm',
    tf,
    device: 'WebAssembly on one processor thread',
    activate: async () => void (await tf.setBackend('wasm')),
    close: () => undefined,
  }
}
