// Finds the application's root folder, in a checkout, in dist/ and inside app.asar alike.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

function find(from: string): string {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const manifest = path.join(dir, 'package.json')
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'vestige')
      return dir
    if (path.dirname(dir) === dir) throw new Error(`no package.json of vestige above ${from}`)
  }
}

/** Folder that holds package.json, resources/ and dist/. */
export const appRoot: string = find(import.meta.dirname)

/** True when the code runs from TypeScript sources (tests, tools) rather than from the build in dist/. */
export const fromSource: boolean = import.meta.filename.endsWith('.ts')

/** Absolute path of a shipped resource. @param parts path below resources/ */
export const resource = (...parts: string[]): string => path.join(appRoot, 'resources', ...parts)

/**
 * A shipped file as the operating system sees it: native code cannot open files inside app.asar, so
 * electron-builder unpacks resources/models and native modules beside it.
 */
export const unpacked = (file: string): string => file.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
