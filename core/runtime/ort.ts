// Loads ONNX Runtime's native library on first use, so that importing a type costs nothing.
import type * as OrtModule from 'onnxruntime-node'

export type Ort = typeof OrtModule

let loaded: Promise<Ort> | undefined

/** The runtime's module; rejects where the native library is missing for this platform. */
export const runtime = (): Promise<Ort> => (loaded ??= import('onnxruntime-node'))
