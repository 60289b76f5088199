import { formatDuration } from '../../format.ts'
import type { Say } from '../../words/words.tsx'
import { saySteps } from './names.tsx'
import type { Live, Report } from './types.ts'

/** Something that happened, or would: `at` in milliseconds from the trigger of the scenario, or from the first fault. */
export type Happening = { readonly at: number; readonly says: string; readonly level?: 'critical' | 'warning' }

/** What happened, in order: of a live drill what was seen, of a plan what the scenario says comes when. */
export const courseOf = (say: Say, { aims, live }: Report): readonly Happening[] =>
  (live === undefined ? planned(say, aims) : seen(say, live)).toSorted((a, b) => a.at - b.at)

const planned = (say: Say, aims: Report['aims']): readonly Happening[] =>
  aims.flatMap(({ does, target, after, lasts, hits }): readonly Happening[] => [
    { at: after, says: `${saySteps(say, does, target)} · ${say('drills.hits', { count: hits.length })}` },
    ...(lasts === null ? [] : [{ at: after + lasts, says: say('drills.ends', { what: saySteps(say, does, target) }) }]),
  ])

const seen = (say: Say, { phases: { before, during, after }, detected, recovered, back, ended, faults }: Live): readonly Happening[] => [
  ...(before.took === 0 ? [] : [{ at: -before.took, says: say('drills.course.before', counted(before)) }]),
  { at: 0, says: say('drills.course.first', { count: faults.length }) },
  ...(detected === null ? [] : [{ at: detected.after, says: say(`drills.course.${detected.how}`, { route: detected.route }) }]),
  ...(recovered.failures === null || during.failed === 0 ? [] : [{ at: recovered.failures, says: say('drills.course.no-failures') }]),
  ...(recovered.latency === null || recovered.latency === 0 ? [] : [{ at: recovered.latency, says: say('drills.course.as-fast') }]),
  {
    at: during.took,
    says: `${say('drills.course.over', counted(during))} ${say(`drills.ended.${ended}`)}`,
    ...(during.failed > 0 ? { level: 'warning' as const } : {}),
  },
  ...(back === null ? [] : [{ at: during.took + back, says: say('drills.course.back') }]),
  ...(after.took === 0 ? [] : [{ at: during.took + after.took, says: say('drills.course.after', counted(after)) }]),
]

const counted = ({ calls, answered, failed }: Live['phases']['during']) => ({ calls, answered, failed })

/** `at once`, `+2 min`, `−5 s`. */
export const sayOffset = (say: Say, at: number): string => {
  if (at === 0) return say('drills.at-once')
  return `${at < 0 ? '−' : '+'}${formatDuration(Math.abs(at))}`
}
