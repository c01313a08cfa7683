// The application itself: what runs where, who is at the desk, the demo case, settings.
import { z } from 'zod'
import { Id, Name } from './common.ts'
import { calls } from './define.ts'
import { Job } from './jobs.ts'

export const DeviceReport = z.object({
  /** e.g. "cpu", "cuda", "webgpu". */
  provider: z.string(),
  device: z.string(),
  threads: z.number().int(),
  runtime: z.string(),
  /** A known convolution, compared with its stored answer. */
  selfTest: z.object({ ok: z.boolean(), maxError: z.number(), ms: z.number() }),
  /** Providers that were tried and why they are not in use, one sentence each. */
  declined: z.array(z.object({ provider: z.string(), reason: z.string() })),
})
export type DeviceReport = z.infer<typeof DeviceReport>

export const AppStatus = z.object({
  version: z.string(),
  host: z.enum(['electron', 'loopback', 'cli']),
  node: z.string(),
  storePath: z.string(),
  schemaVersion: z.number().int(),
  account: Name,
  /** `sha256` is the hash of the package. */
  recogniser: z.object({ name: z.string(), sha256: z.string(), state: z.string() }).nullable(),
  /** A recommended recogniser that was installed after this store was made and is not in use; until the person chooses. */
  offer: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  detector: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  device: DeviceReport.nullable(),
  /** Set while the inference process is starting or after it failed. */
  deviceNote: z.string().nullable(),
  demo: z.object({ caseId: Id, galleryId: Id }).nullable(),
  firstStart: z.boolean(),
})
export type AppStatus = z.infer<typeof AppStatus>

export const Settings = z.object({
  /** Candidates asked for by default. */
  top: z.number().int().min(1).max(10_000),
  perSubject: z.enum(['best', 'all']),
  /** Longest detector enlargement: small faces are found by enlarging tiles. */
  detectorMaxEnlargement: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  detectorThreshold: z.number().min(0.01).max(0.99),
  threads: z.number().int().min(0).max(64),
  account: Name,
})
export type Settings = z.infer<typeof Settings>

export const DoctorLine = z.object({ topic: z.string(), state: z.enum(['ok', 'note', 'problem']), message: z.string() })

export const appCalls = calls({
  'app.status': { in: z.object({}), out: AppStatus },
  'app.doctor': { in: z.object({}), out: z.array(DoctorLine) },
  'settings.get': { in: z.object({}), out: Settings },
  'settings.set': { in: Settings.partial(), out: Settings },
  /** Builds the demonstration case from the six group photographs; `job` is null where it exists already. */
  'demo.create': {
    in: z.object({}),
    out: z.object({ caseId: Id, galleryId: Id, job: Job.nullable() }),
    progress: z.object({ done: z.number().int(), total: z.number().int(), note: z.string() }),
  },
})
