// How public PyTorch code names the modules of the networks that we have: our node's name → module's name.
import type { Graph } from '../graph.ts'
import { weightSpecs } from '../specs.ts'

export interface TorchLayout {
  /** As it is told to the person. */
  readonly name: string
  /** The module for each weighted node of a graph; undefined: the layout has no such node, so it is of another network. */
  modules(graph: Graph): (node: string) => string | undefined
  /** Names that belong to the network in this layout. One that is left over means that the file is of a larger network. */
  readonly owns: RegExp
}

/** Reads 'stage2/1/conv1' as stage 2, first unit, 'conv1'. */
function inUnit(node: string): { stage: number; unit: number; part: string } | null {
  const [, stage, unit, part] = /^stage(\d)\/(\d+)\/(.+)$/.exec(node) ?? []
  return part === undefined ? null : { stage: Number(stage), unit: Number(unit), part }
}
const lookUp = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** face.evoLVe's model_irse.py (MIT) and FaceX-Zoo's ResNets.py: units are numbered through all stages. */
const faceEvolve: TorchLayout = {
  name: 'face.evoLVe and FaceX-Zoo',
  owns: /^(input_layer|body|output_layer)\./,
  modules(graph) {
    const outside: Record<string, string> = {
      'stem/conv': 'input_layer.0',
      'stem/norm': 'input_layer.1',
      'stem/act': 'input_layer.2',
      'head/norm': 'output_layer.0',
      'head/dense': 'output_layer.3',
      'head/embed': 'output_layer.4',
    }
    const inside: Record<string, string> = {
      norm1: 'res_layer.0',
      conv1: 'res_layer.1',
      act: 'res_layer.2',
      conv2: 'res_layer.3',
      norm3: 'res_layer.4',
      'skip/conv': 'shortcut_layer.0',
      'skip/norm': 'shortcut_layer.1',
    }
    const units = [...new Set(graph.nodes.map((n) => /^stage\d\/\d+(?=\/)/.exec(n.id)?.[0] ?? ''))].filter(Boolean)
    return (node) => {
      const at = inUnit(node)
      if (!at) return lookUp(outside, node)
      const module = lookUp(inside, at.part)
      return module && `body.${units.indexOf(`stage${at.stage}/${at.unit}`)}.${module}`
    }
  },
}

const layered =
  (outside: Readonly<Record<string, string>>, inside: Readonly<Record<string, string>>) =>
  (graph: Graph): ((node: string) => string | undefined) => {
    const holders = new Set(weightSpecs(graph).map(({ name }) => name.slice(0, name.lastIndexOf('/'))))
    if (Object.keys(outside).some((node) => !holders.has(node))) return () => undefined
    return (node) => {
      const at = inUnit(node)
      if (!at) return lookUp(outside, node)
      const module = lookUp(inside, at.part)
      return module && `layer${at.stage}.${at.unit - 1}.${module}`
    }
  }

/** insightface's iresnet.py (MIT). */
const insightface: TorchLayout = {
  name: 'insightface',
  owns: /^(conv1|bn1|prelu|layer\d|bn2|fc|features)\./,
  modules: layered(
    {
      'stem/conv': 'conv1',
      'stem/norm': 'bn1',
      'stem/act': 'prelu',
      'head/norm': 'bn2',
      'head/dense': 'fc',
      'head/embed': 'features',
    },
    {
      norm1: 'bn1',
      conv1: 'conv1',
      norm2: 'bn2',
      act: 'prelu',
      conv2: 'conv2',
      norm3: 'bn3',
      'skip/conv': 'downsample.0',
      'skip/norm': 'downsample.1',
    },
  ),
}

/** LRFR's resnet.py: torchvision's names, and a head of its own. */
const lrfr: TorchLayout = {
  name: 'LRFR',
  owns: /^(conv1|bn1|layer\d|output_layer)\./,
  modules: layered(
    {
      'stem/conv': 'conv1',
      'stem/norm': 'bn1',
      'head/norm': 'output_layer.0',
      'head/dense': 'output_layer.3',
      'head/embed': 'output_layer.4',
    },
    {
      conv1: 'conv1',
      norm1: 'bn1',
      conv2: 'conv2',
      norm2: 'bn2',
      conv3: 'conv3',
      norm3: 'bn3',
      'skip/conv': 'downsample.0',
      'skip/norm': 'downsample.1',
    },
  ),
}

/** Our own names, with dots: for networks that nobody else names. */
const own: TorchLayout = {
  name: 'Vestige',
  owns: /^/,
  modules: () => (node) => node.replaceAll('/', '.'),
}

/** In the order in which a graph's own layout is looked for. */
export const torchLayouts: readonly TorchLayout[] = [faceEvolve, insightface, lrfr, own]
