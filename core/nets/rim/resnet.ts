// RIM's student and assistant: a ResNet-34 with a strided 7x7 stem, whose stages have the shapes of an IR-50's.
//
// As in the authors' public code: no max-pooling, no dropout, branches that begin as nothing, no final L2 norm.
import { build } from '../build.ts'
import { oneOf, readConfig, real, whole, type ConfigOf } from '../config.ts'
import type { Graph } from '../graph.ts'
import { block, UNITS } from '../lrfr.ts'
import { commonSettings, denseHead, suffix, widened } from '../parts.ts'

export const rimResNetSettings = {
  depth: oneOf([18, 34], 34),
  ...commonSettings,
  embedding: whole(8, 4096, 512),
  dropout: real(0, 0.9, 0),
}
type RimResNetConfig = ConfigOf<typeof rimResNetSettings>

/** RIM-ResNet-18/34; taps embedding and s1 … s4 (a half to a sixteenth of the input's side). @throws UserFacingError */
export function rimResNet(config: Partial<RimResNetConfig> = {}): Graph {
  const full = readConfig('rim-resnet', rimResNetSettings, config)
  const g = build(`rim-resnet-${full.depth}${suffix(full)}`)
  const wide = [64, 128, 256, 512].map((c) => widened(c, full.width))
  let channels = wide[0]!
  let x = g.input([full.input, full.input, 3])
  x = g.conv('stem/conv', x, { filters: channels, kernel: 7, stride: 2, pad: 3 })
  x = g.relu('stem/act', g.batchNorm('stem/norm', x))
  const taps: Record<string, string> = {}
  for (const [stage, units] of UNITS[full.depth].entries())
    for (let i = 1; i <= units; i++) {
      const out = wide[stage]!
      const halves = stage > 0 && i === 1
      x = block(g, x, { id: `stage${stage + 1}/${i}`, from: channels, inner: out, out, halves, lastGain: 0 })
      channels = out
      if (i === units) taps[`s${stage + 1}`] = x
    }
  return g.done({ embedding: denseHead(g, x, full), ...taps })
}
