// vestige doctor: what runs where, why not faster, and what is wrong.
import { statfs } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { CallOutput } from '../contract/index.ts'
import { availableBackends } from '../runtime/learn/available.ts'
import { getSettings, listModels } from '../store/index.ts'
import type { Services } from './context.ts'

type Lines = CallOutput<'app.doctor'>
/** Below this an import may fail half-way; it would leave nothing behind, but it would fail. */
const LEAST_FREE_GIB = 2
const GIB = 2 ** 30

/** Starts the image process where it does not run yet. */
export async function examine(services: Services, packageProblems: readonly string[]): Promise<Lines> {
  const { version, host } = services
  return [
    {
      topic: 'application',
      state: 'ok',
      message: `Vestige ${version} (${host}) on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    },
    {
      topic: 'machine',
      state: 'ok',
      message: `${availableParallelism()} cores, ${gib(totalmem())} of memory, ${gib(freemem())} free`,
    },
    await storeLine(services),
    ...(await deviceLines(services)),
    ...(await learningLines()),
    ...packageLines(services, packageProblems),
    {
      topic: 'network',
      state: 'ok',
      message: 'Everything runs on this machine; nothing is sent anywhere.',
    },
  ]
}

function packageLines({ store }: Services, problems: readonly string[]): Lines {
  const lines: Lines = problems.map((message) => ({ topic: 'model package', state: 'problem', message }))
  for (const { card, hash, active } of listModels(store))
    if (active)
      lines.push({
        topic: card.role,
        state: card.state === 'validated' ? 'ok' : 'note',
        message: `${card.name} (${hash.slice(0, 12)}), ${card.state}${card.validatedFrom === null ? '; not validated at any resolution' : ''}`,
      })
  for (const role of ['detector', 'recogniser'] as const)
    if (!lines.some((line) => line.topic === role))
      lines.push({
        topic: role,
        state: 'problem',
        message: `No ${role} is in use; activate one in the list of models.`,
      })
  return lines
}

async function storeLine({ store: { folder, schemaVersion } }: Services): Promise<Lines[number]> {
  const { bavail, bsize } = await statfs(folder)
  const free = (bavail * bsize) / GIB
  return {
    topic: 'store',
    state: free < LEAST_FREE_GIB ? 'problem' : 'ok',
    message: `${folder}, schema ${schemaVersion}, ${free.toFixed(1)} GiB free on its disk`,
  }
}

async function deviceLines({ store, worker }: Services): Promise<Lines> {
  try {
    const { device, problems } = await worker.report()
    const { selfTest, threads } = device
    const asked = getSettings(store).threads
    return [
      {
        topic: 'device',
        state: selfTest.ok ? 'ok' : 'problem',
        message:
          `${device.provider} (${device.device}), ${threads} threads${asked === 0 ? '' : ' as set'}, ${device.runtime}; ` +
          `self-test ${selfTest.ok ? 'passed' : 'FAILED'}, largest error ${selfTest.maxError.toExponential(1)}, ${selfTest.ms.toFixed(1)} ms`,
      },
      ...device.declined.map(({ provider, reason }) => ({
        topic: `device ${provider}`,
        state: 'note' as const,
        message: `Not used: ${reason}`,
      })),
      ...problems.map((message) => ({ topic: 'image process', state: 'problem' as const, message })),
    ]
  } catch (error) {
    return [
      { topic: 'image process', state: 'problem', message: error instanceof Error ? error.message : String(error) },
    ]
  }
}

/** What networks could be trained with, best first. */
const learningLines = async (): Promise<Lines> =>
  (await availableBackends()).map(({ kind, available, device, reason }) => ({
    topic: `learning ${kind}`,
    state: available ? ('ok' as const) : ('note' as const),
    message: available ? device! : `Not available: ${reason}.`,
  }))

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`
