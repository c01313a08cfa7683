// Learning rate as a function of progress.
import type { Schedule } from './recipe.ts'

/**
 * Rate at a step. Epochs count from 0: "divided by 10 at 16" holds from the 17th epoch on.
 * @param epoch whole epochs done @param step steps done in the phase @param total steps of the whole phase
 */
export function rateAt(schedule: Schedule, epoch: number, step: number, total: number): number {
  const warm = schedule.warmup > 0 && step < schedule.warmup ? (step + 1) / schedule.warmup : 1
  if (schedule.kind === 'steps')
    return warm * schedule.init * schedule.factor ** schedule.at.filter((e) => epoch >= e).length
  if (schedule.kind === 'constant') return warm * schedule.init
  const share =
    total <= schedule.warmup ? 1 : Math.min(1, Math.max(0, (step - schedule.warmup) / (total - schedule.warmup)))
  return warm * (schedule.final + 0.5 * (schedule.init - schedule.final) * (1 + Math.cos(Math.PI * share)))
}
