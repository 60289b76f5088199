import { UNASKED } from '../plan.ts'
import type { Report } from '../report.ts'
import type { Scenario } from '../scenario.ts'
import type { Measured } from './measured.ts'

/** The plan of a drill with what was measured of it, and what neither tells. */
export const liveReport = (plan: Report, { steps }: Scenario, measured: Measured): Report => ({
  ...plan,
  mode: 'live',
  open: [...plan.open.filter((text) => text !== UNASKED), ...(isDoubtful(plan) ? [DOUBTFUL] : []), ...openOf(steps, measured)],
  live: measured,
})

/** INVARIANT(G3): as in the plan, what somebody unknown could do counts as done. */
const isDoubtful = ({ outcomes }: Report): boolean => outcomes.some(({ lost }) => lost.some(({ certain }) => !certain))
const DOUBTFUL = 'whether routes that only somebody unknown could take away would really be gone: they were taken away too'

const openOf = (steps: Scenario['steps'], { sandbox, quality, traffic, phases }: Measured): readonly string[] => [
  ...(steps.some(({ after }) => after > 0) ? ['what would come hours or days apart came at once'] : []),
  ...(steps.some(({ do: does }) => does !== 'cut' && does !== 'load')
    ? ['prices, sales, licences and provenance show nothing on the wire: of these only the plan tells']
    : []),
  ...(steps.some((step) => step.do === 'cut' && step.services.length > 0)
    ? ['sign-in, names and whatever else goes with the cut: only calls to endpoints were rehearsed']
    : []),
  ...(sandbox ? ['how fast, how dear and how good the endpoints outside really are: simulations stood for them'] : []),
  ...(quality.length === 0
    ? [UNASKED_LIVE]
    : ['whether answers are good: the questions tell little more than whether somebody answers in the language']),
  ...(traffic.unasked > 0 ? [`${traffic.unasked} calls were not made because too many were still on their way`] : []),
  ...(traffic.unfinished > 0 ? [`${traffic.unfinished} calls were still on their way some seconds after the end, and were given up`] : []),
  ...(phases.after.calls === 0 ? ['how it comes back: nothing was watched after the end'] : []),
]
const UNASKED_LIVE = 'how good the answers of another model are: no question was asked'
