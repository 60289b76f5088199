import { formatList, formatNumber, formatPercent } from '../../format.ts'
import type { SeverityLevel } from '../../ui/index.ts'
import type { Say } from '../../words/words.tsx'
import type { Verdict } from './types.ts'

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** What a drill came to, in one sentence. */
export const sayVerdict = (say: Say, verdict: Verdict): string => {
  if ('failed' in verdict) {
    const { kind, failed, calls, failedBefore, callsBefore, ended } = verdict
    const figures = { share: formatPercent(share(failed, calls)), calls, before: formatPercent(share(failedBefore, callsBefore)) }
    const early = ended === 'time-over' ? '' : ` ${say(`drills.ended.${ended}`)}`
    return `${say(`drills.verdict.${kind}`, figures)}${early}`
  }
  const { kind, calls, ofCalls, demands, ofDemands, certain, times, short } = verdict
  const room = short.length === 0 ? '' : ` ${say('drills.verdict.room', { endpoints: formatList(short) })}`
  const perhaps = certain || kind !== 'lost' ? '' : `${say('drills.verdict.perhaps')} `
  const counted = {
    share: formatPercent(share(calls, ofCalls)),
    count: demands,
    whole: ofDemands,
    times: formatNumber(times ?? 1, { maximumFractionDigits: 2 }),
  }
  const id = kind === 'lost' ? (calls === 0 ? ('lost-kinds' as const) : ('lost-calls' as const)) : kind
  return `${perhaps}${say(`drills.verdict.${id}`, counted)}${room}`
}

/** The mark of a verdict; none where nothing is wrong. */
export const levelOf = ({ severity }: Verdict): SeverityLevel | undefined =>
  severity === 'crit' ? 'critical' : severity === 'warn' ? 'warning' : undefined
