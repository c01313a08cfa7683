// Loads ONNX Runtime's native library on first use, silenced: importing a type costs nothing, and nothing calls home.
import type * as OrtModule from 'onnxruntime-node'

export type Ort = typeof OrtModule

let loaded: Promise<Ort> | undefined

/**
 * The runtime's module; rejects where the native library is missing for this platform.
 *
 * Since 1.29 the official Linux and macOS builds collect usage data (model names and hashes among them), keep it in a
 * database below the user's cache folder and send it to their maker, unless ORT_DISABLE_TELEMETRY is set before the
 * library starts. A workstation that is offline by promise must set it whatever the environment says.
 */
export const runtime = (): Promise<Ort> => {
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  return (loaded ??= import('onnxruntime-node'))
}
