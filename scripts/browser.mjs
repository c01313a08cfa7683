// Finds a browser of the Chromium family, which can show the workbench as a window of its own.
import { existsSync } from 'node:fs'
import path from 'node:path'

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
  'vivaldi-stable',
]
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser']
const WINDOWS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {(file: string) => boolean} exists
 * @returns {string | undefined} VESTIGE_BROWSER where set, otherwise the first that is installed
 */
export function chromiumBrowser(env = process.env, platform = process.platform, exists = existsSync) {
  return candidates(env, platform).find((file) => exists(file))
}

/** @returns {string[]} */
function candidates(/** @type {NodeJS.ProcessEnv} */ env, /** @type {NodeJS.Platform} */ platform) {
  if (env.VESTIGE_BROWSER) return [env.VESTIGE_BROWSER]
  if (platform === 'darwin') return MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  if (platform === 'win32')
    return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LocalAppData].flatMap((dir) =>
      dir ? WINDOWS.map((name) => path.win32.join(dir, name)) : [],
    )
  const dirs = (env.PATH ?? '').split(':').filter(Boolean)
  return COMMANDS.flatMap((name) => dirs.map((dir) => path.posix.join(dir, name)))
}

/** True where a window can be shown. @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
export const hasDisplay = (env = process.env, platform = process.platform) =>
  platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY)
