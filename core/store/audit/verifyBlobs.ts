// Third stage of verification: every stored original against its hash, and against the records that name it.
import type { Database } from 'better-sqlite3'
import { hash as digestOf } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { part, type Findings } from './findings.ts'

/** Each hash that a record names, with one record that does. */
export const namedBlobsSql = `SELECT sha256, min(name) AS name FROM (
  SELECT sha256, 'evidence ' || id AS name FROM evidence
  UNION ALL SELECT sha256, 'gallery image ' || id FROM gallery_images
  UNION ALL SELECT sha256, 'job item ' || id FROM job_items WHERE sha256 IS NOT NULL
) GROUP BY sha256 ORDER BY sha256`

export async function verifyBlobs(
  db: Database | null,
  folder: string,
  found: Findings,
): Promise<{ blobs: number; bytes: number }> {
  const named = new Map<string, string>()
  await part(found, 'list of originals', () => {
    const rows = (db?.prepare(namedBlobsSql).all() ?? []) as { sha256: string; name: string }[]
    for (const { sha256, name } of rows) named.set(sha256, name)
  })
  const root = path.join(folder, 'blobs')
  const stored = await listBlobs(root, found)
  const missing = found.many('missing originals')
  for (const [sha256, name] of named)
    if (!stored.has(sha256))
      missing.problem(`blob ${sha256}`, `The original of ${name} (SHA-256 ${sha256}) is missing from the blobs folder.`)
  missing.close()
  const changed = found.many('changed originals')
  let blobs = 0
  let bytes = 0
  let orphans = 0
  for (const [sha256, file] of stored) {
    await part(found, `blob ${sha256}`, async () => {
      const content = await readFile(file)
      bytes += content.byteLength
      const owner = named.get(sha256)
      if (owner === undefined) orphans++
      if (digestOf('sha256', content) !== sha256)
        changed.problem(
          `blob ${sha256}`,
          `The original ${owner === undefined ? '' : `of ${owner} `}(SHA-256 ${sha256}) was changed: its bytes and its hash disagree.`,
        )
    })
    blobs++
    await found.step('blobs', blobs, stored.size)
  }
  changed.close()
  if (orphans > 0)
    found.notes.push(
      `${orphans} intact files in the blobs folder belong to no record: left by imports that did not end, or by records that are gone.`,
    )
  return { blobs, bytes }
}

/** Hash → file. Names that are no hash are reported. */
async function listBlobs(root: string, found: Findings): Promise<Map<string, string>> {
  const stored = new Map<string, string>()
  await part(found, 'blobs folder', async () => {
    for (const folder of (await readdir(root, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (folder.name.startsWith('.')) continue
      const names = folder.isDirectory() ? await readdir(path.join(root, folder.name)) : ['']
      for (const name of names.sort()) {
        const sha256 = folder.name + name
        if (/^[0-9a-f]{2}$/.test(folder.name) && /^[0-9a-f]{62}$/.test(name))
          stored.set(sha256, path.join(root, folder.name, name))
        else
          found.problem(
            'blobs folder',
            `The file ${path.join(folder.name, name)} in the blobs folder is not one that Vestige keeps there.`,
          )
      }
    }
  })
  return stored
}
