import type { EpochMillis } from '../core/units.ts'
import type { Inquiry } from './inquiry.ts'
import type { Outflow } from './outflow.ts'
import type { Authenticated } from './stages.ts'

/** Whose time is up: the call's own, a caller's that takes nothing, or an endpoint's that says nothing. */
export const overdue = (
  now: EpochMillis,
  { snapshot, arrived }: Authenticated,
  outflow: Outflow | undefined,
  asked: Inquiry | undefined,
): 'call' | 'caller' | 'endpoint' | undefined => {
  if (now - arrived > snapshot.limits.callTimeout) return 'call'
  if (outflow?.pausedSince !== undefined && now - outflow.pausedSince > snapshot.limits.callerIdle) return 'caller'
  return asked !== undefined && isSilent(now, asked) ? 'endpoint' : undefined
}

/** Whether an endpoint has said nothing for longer than it may. */
export const isSilent = (now: EpochMillis, { isWaiting, since, recorded }: Inquiry): boolean => {
  const { connect, firstByte } = recorded.step.endpoint.timeouts
  return isWaiting && now - since > connect + firstByte
}
