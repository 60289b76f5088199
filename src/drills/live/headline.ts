import { percent } from '../html.ts'
import type { Measured } from './measured.ts'

/** What callers noticed while it lasted, in figures that any language can put in words. */
export type LiveVerdict = {
  readonly severity: 'crit' | 'warn' | 'none'
  readonly kind: 'no-calls' | 'failed' | 'slower' | 'none-failed'
  readonly failed: number
  readonly calls: number
  readonly failedBefore: number
  readonly callsBefore: number
  readonly ended: Measured['ended']
}

export const liveVerdict = ({ phases: { before, during }, recovered, ended }: Measured): LiveVerdict => {
  const found = (severity: LiveVerdict['severity'], kind: LiveVerdict['kind']): LiveVerdict => ({
    severity,
    kind,
    failed: during.failed,
    calls: during.calls,
    failedBefore: before.failed,
    callsBefore: before.calls,
    ended,
  })
  if (during.calls === 0) return found('warn', 'no-calls')
  if (during.failed > 0) return found(during.failed * before.calls > before.failed * during.calls ? 'crit' : 'warn', 'failed')
  return recovered.latency === null && before.p99 !== null ? found('warn', 'slower') : found('none', 'none-failed')
}

/** The same in one sentence. */
export const liveSentence = ({ kind, failed, calls, failedBefore, callsBefore, ended }: LiveVerdict): string => {
  const early =
    ended === 'too-many-failures' ? ' It was ended because too many calls failed.' : ended === 'aborted' ? ' Somebody ended it.' : ''
  switch (kind) {
    case 'no-calls':
      return `No call was made while it lasted: it tells nothing.${early}`
    case 'failed':
      return `${percent(failed, calls)} of ${calls} calls failed while it lasted, ${percent(failedBefore, callsBefore)} before.${early}`
    case 'slower':
      return `No call failed; answers stayed slower than before as long as it lasted.${early}`
    case 'none-failed':
      return `No call failed while it lasted.${early}`
  }
}
