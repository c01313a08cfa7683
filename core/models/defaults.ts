// Which of the shipped packages a new store uses: named in resources/models/defaults.json by its folder.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { shippedFolder, type PackageOnDisk } from './packages.ts'

const Defaults = z.object({ recogniser: z.string().min(1).max(100) })

/**
 * The recommended recogniser, or null where its package is not there (another shipped one is used then).
 * @throws Error where the file is not what it should be: it ships with the application
 */
export function defaultRecogniser(
  packages: readonly PackageOnDisk[],
  shipped: string = shippedFolder(),
): PackageOnDisk | null {
  const file = path.join(shipped, 'defaults.json')
  if (!existsSync(file)) return null
  const { recogniser } = Defaults.parse(JSON.parse(readFileSync(file, 'utf8')))
  const folder = path.join(shipped, recogniser)
  return packages.find((p) => p.shipped && p.card.role === 'recogniser' && p.folder === folder) ?? null
}
