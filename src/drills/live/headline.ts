import { percent } from '../html.ts'
import type { Headline } from '../words.ts'
import type { Measured } from './measured.ts'

/** What was seen while it lasted, in one sentence. */
export const liveHeadline = ({ phases: { before, during }, recovered, ended }: Measured): Headline => {
  const early =
    ended === 'too-many-failures' ? ' It was ended because too many calls failed.' : ended === 'aborted' ? ' Somebody ended it.' : ''
  if (during.calls === 0) return { severity: 'warn', sentence: `No call was made while it lasted: it tells nothing.${early}` }
  if (during.failed > 0) {
    const sentence = `${percent(during.failed, during.calls)} of ${during.calls} calls failed while it lasted, ${percent(before.failed, before.calls)} before.${early}`
    return { severity: during.failed * before.calls > before.failed * during.calls ? 'crit' : 'warn', sentence }
  }
  if (recovered.latency === null && before.p99 !== null)
    return { severity: 'warn', sentence: `No call failed; answers stayed slower than before as long as it lasted.${early}` }
  return { severity: 'none', sentence: `No call failed while it lasted.${early}` }
}
