import { Crosshair } from 'lucide-react'
import * as v from 'valibot'
import { useMay } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatPercent } from '../../format.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Columns, LinkButton, PageHead, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { ExposureAnswer } from '../exposure/types.ts'
import { PastDrills } from './past-drills.tsx'
import { RunningDrill } from './running.tsx'
import { ScenarioDialog } from './scenario-dialog.tsx'
import { Scenarios } from './scenarios.tsx'
import { Schedule } from './schedule.tsx'
import { SmallestCuts } from './smallest-cuts.tsx'
import { Trend } from './trend.tsx'

/** `target`: what the scenario is aimed at to begin with. */
const SEARCH = v.object({ scenario: v.optional(v.string()), target: v.optional(v.string(), '') })

/** Drills: what would break if somebody used their power to stop, and since when that is known. */
export const Drills = () => {
  const say = useSay()
  const operates = useMay('operate')
  // What is written into the configuration is the law of this exchange.
  const governs = useMay('govern')
  const [{ scenario: chosen, target }, setSearch] = useSearchOf(SEARCH)
  const exposure = useAnswer('GET /exposure', { query: {} }, { topics: ['policy', 'facts', 'drills'] })
  const drills = useAnswer('GET /drills', {}, { topics: ['drills'] })
  const scenario = drills.data?.scenarios.find(({ id }) => id === chosen)
  return (
    <>
      <PageHead
        lead={<Lead answer={exposure.data} />}
        support={say('drills.support')}
        actions={
          <LinkButton href="/exposure" icon={<Crosshair />}>
            {say('drills.see-who')}
          </LinkButton>
        }
      />
      <Stack>
        <RunningDrill mayEnd={operates} />
        <Columns>
          <Asked query={exposure}>{(data) => <SmallestCuts answer={data} />}</Asked>
          <Trend />
        </Columns>
        <Asked query={drills}>{({ scenarios }) => <Scenarios scenarios={scenarios} mayRun={operates} />}</Asked>
        <Columns sides="wide-narrow">
          <PastDrills />
          <Schedule scenarios={drills.data?.scenarios ?? []} mayEdit={governs} />
        </Columns>
      </Stack>
      {scenario !== undefined && (
        <ScenarioDialog
          scenario={scenario}
          sandbox={drills.data?.sandbox === true}
          mayRun={operates}
          aimedAt={target}
          onClose={() => setSearch({ scenario: undefined, target: undefined })}
        />
      )}
    </>
  )
}

/** How much one country could stop, and what one hand could end alone. */
const Lead = ({ answer }: { readonly answer: ExposureAnswer | undefined }) => {
  const say = useSay()
  if (answer === undefined) return <>{say('drills.title')}</>
  return <>{sayExposed(say, answer)}</>
}

/** The sentence of both pages: the most one country could stop, and what one actor outside could end alone. */
export const sayExposed = (say: ReturnType<typeof useSay>, { exposure }: ExposureAnswer): string => {
  const { actors, demands } = exposure
  const kinds = demands.reduce((sum, { asked }) => sum + asked.length, 0)
  const alone = demands.reduce((sum, { asked, cuts }) => sum + (cuts.guaranteed === 1 ? asked.length : 0), 0)
  const ended = say('drills.lead.alone', { count: alone, whole: kinds })
  const countries = actors.flatMap((each) =>
    each.actors.flatMap((actor) =>
      actor.startsWith('country:') ? [{ country: actor.slice('country:'.length), calls: each.powers.stop.calls }] : [],
    ),
  )
  const [most] = countries.sort((a, b) => b.calls.part - a.calls.part)
  if (most === undefined || most.calls.part === 0) return ended
  const share = formatPercent(most.calls.part / most.calls.whole)
  return `${say('drills.lead.country', { country: formatCountry(most.country), share })} ${ended}`
}
