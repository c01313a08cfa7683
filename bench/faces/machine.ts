// Where a measurement was made; every table ends with it.
import { cpus, totalmem } from 'node:os'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** One line: processor, cores, memory, system, Node and ONNX Runtime versions, threads used. */
export function machine(threads: number): string {
  const [first] = cpus()
  const { version } = require('onnxruntime-node/package.json') as { version: string }
  return [
    `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform}-${process.arch}`,
    `Node ${process.version}`,
    `onnxruntime-node ${version} (CPU, ${threads} threads)`,
  ].join(', ')
}
