// The absolute folder that was dropped or picked, worked out from its files, where the host tells absolute paths.

/**
 * @param files paths relative to (and including) the folder's own name, and the absolute path of each, or null.
 * @returns the one absolute folder they all lie in, or null where there are several, or paths are unknown.
 */
export function folderOf(files: readonly { relative: string; absolute: string | null }[]): string | null {
  let folder: string | null = null
  for (const { relative, absolute } of files) {
    if (!absolute || !relative.includes('/')) return null
    const forward = absolute.replaceAll('\\', '/')
    if (!forward.endsWith(`/${relative}`)) return null
    const own = absolute.slice(0, absolute.length - relative.length + relative.indexOf('/'))
    if (folder !== null && folder !== own) return null
    folder = own
  }
  return folder
}
