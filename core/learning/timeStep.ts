// Times a training step of a recipe by making two of them, in a run that is thrown away.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runRecipe, type RunInput } from '../training/loop.ts'

/** A first step that takes longer than this (ms) is not followed by a second. */
const LONG = 30_000

/**
 * Milliseconds of a step without the wait for its views. The first one also builds and compiles, so the second counts.
 * @param sitting the run; its models are changed and stay the caller's @throws Error with the name AbortError
 */
export async function timeStep(
  sitting: Omit<RunInput, 'folder' | 'signal' | 'tell' | 'checkpointEvery'>,
  signal: AbortSignal,
): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-step-'))
  const enough = new AbortController()
  const batch = sitting.recipe.phases[0]!.batch
  let ms = Number.NaN
  try {
    await runRecipe({
      ...sitting,
      folder,
      signal: AbortSignal.any([signal, enough.signal]),
      maxSteps: 2,
      checkpointEvery: Infinity,
      tell(event) {
        if (event.kind !== 'step') return
        ms = (event.msPerView - event.waited) * batch
        if (ms > LONG) enough.abort()
      },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  signal.throwIfAborted()
  if (Number.isNaN(ms)) throw new Error('no step could be made')
  return ms
}
