// Third stage of verification: every stored original and made-up face against its hash, and the records that name it.
import type { Database } from 'better-sqlite3'
import { hash as digestOf } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { ORIGINALS, SYNTHETIC, type BlobArea } from '../blobs.ts'
import { part, type Findings } from './findings.ts'

/** Each hash that a record names, with one record that does. */
export const namedBlobsSql = `SELECT sha256, min(name) AS name FROM (
  SELECT sha256, 'evidence ' || id AS name FROM evidence
  UNION ALL SELECT sha256, 'gallery image ' || id FROM gallery_images
  UNION ALL SELECT sha256, 'job item ' || id FROM job_items WHERE sha256 IS NOT NULL
) GROUP BY sha256 ORDER BY sha256`
export const namedSyntheticSql = `SELECT sha256, 'hallucination ' || min(hallucination_id) AS name
  FROM hallucination_images GROUP BY sha256 ORDER BY sha256`

/** @returns files and bytes of both areas together */
export async function verifyBlobs(
  db: Database | null,
  folder: string,
  found: Findings,
): Promise<{ blobs: number; bytes: number }> {
  const originals = await verifyArea(db, folder, ORIGINALS, namedBlobsSql, found)
  const synthetic = await verifyArea(db, folder, SYNTHETIC, namedSyntheticSql, found)
  for (const sha256 of synthetic.stored)
    if (originals.stored.has(sha256))
      found.problem(`blob ${sha256}`, `The made-up picture with SHA-256 ${sha256} lies among the originals as well.`)
  return { blobs: originals.stored.size + synthetic.stored.size, bytes: originals.bytes + synthetic.bytes }
}

async function verifyArea(
  db: Database | null,
  folder: string,
  area: BlobArea,
  namedSql: string,
  found: Findings,
): Promise<{ stored: ReadonlySet<string>; bytes: number }> {
  const named = new Map<string, string>()
  await part(found, `list of ${area.file}s`, () => {
    const rows = (db?.prepare(namedSql).all() ?? []) as { sha256: string; name: string }[]
    for (const { sha256, name } of rows) named.set(sha256, name)
  })
  const root = path.join(folder, area.folder)
  const stored = await listBlobs(root, area, found)
  const missing = found.many(`missing ${area.file}s`)
  for (const [sha256, name] of named)
    if (!stored.has(sha256))
      missing.problem(
        `blob ${sha256}`,
        `The ${area.file} of ${name} (SHA-256 ${sha256}) is missing from the ${area.folder} folder.`,
      )
  missing.close()
  const changed = found.many(`changed ${area.file}s`)
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
          `The ${area.file} ${owner === undefined ? '' : `of ${owner} `}(SHA-256 ${sha256}) was changed: its bytes and its hash disagree.`,
        )
    })
    blobs++
    await found.step('blobs', blobs, stored.size)
  }
  changed.close()
  if (orphans > 0)
    found.notes.push(
      `${orphans} intact files in the ${area.folder} folder belong to no record: left by imports that did not end, or by records that are gone.`,
    )
  return { stored: new Set(stored.keys()), bytes }
}

/** Hash → file. Names that are no hash are reported. */
async function listBlobs(root: string, area: BlobArea, found: Findings): Promise<Map<string, string>> {
  const stored = new Map<string, string>()
  await part(found, `${area.folder} folder`, async () => {
    for (const folder of (await readdir(root, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (folder.name.startsWith('.')) continue
      const names = folder.isDirectory() ? await readdir(path.join(root, folder.name)) : ['']
      for (const name of names.sort()) {
        const sha256 = folder.name + name
        if (/^[0-9a-f]{2}$/.test(folder.name) && /^[0-9a-f]{62}$/.test(name))
          stored.set(sha256, path.join(root, folder.name, name))
        else
          found.problem(
            `${area.folder} folder`,
            `The file ${path.join(folder.name, name)} in the ${area.folder} folder is not one that Vestige keeps there.`,
          )
      }
    }
  })
  return stored
}
