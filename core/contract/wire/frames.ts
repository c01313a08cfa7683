// What crosses the wire: calls, their cancelling, results, errors, progress, and events that were listened to. Nothing else.
import { z } from 'zod'
import { ErrorFrame } from '../errors.ts'
import type { EventName, EventValue, Via as ViaType } from '../index.ts'

export const Via = z.enum([
  'button',
  'menu',
  'shortcut',
  'palette',
  'drop',
  'paste',
  'cli',
  'system',
] satisfies ViaType[])

/** Chosen by the client, unique among its open calls and listens. */
const FrameId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const FrameName = z.string().min(1).max(100)

/** From the client to the host. `cancel` ends a call or a listen. */
export const RequestFrame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: FrameId, name: FrameName, args: z.unknown(), via: Via }),
  z.strictObject({ kind: z.literal('listen'), id: FrameId, name: FrameName }),
  z.strictObject({ kind: z.literal('cancel'), id: FrameId }),
])
export type RequestFrame = z.infer<typeof RequestFrame>

/** From the host to the client. */
export const ReplyFrame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('result'), id: FrameId, value: z.unknown() }),
  z.strictObject({ kind: z.literal('error'), id: FrameId, error: ErrorFrame }),
  z.strictObject({ kind: z.literal('progress'), id: FrameId, value: z.unknown() }),
  z.strictObject({ kind: z.literal('event'), id: FrameId, value: z.unknown() }),
])
export type ReplyFrame = z.infer<typeof ReplyFrame>
export type Frame = RequestFrame | ReplyFrame

/** One event as services announce it. */
export type HostEvent = { [E in EventName]: { readonly name: E; readonly value: EventValue<E> } }[EventName]
/** Subscribes to every event of the host. @returns a function that ends the subscription. */
export type OnEvent = (listener: (event: HostEvent) => void) => () => void
