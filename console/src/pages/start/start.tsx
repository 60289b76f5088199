import { Check } from 'lucide-react'
import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAnswer } from '../../api/use.ts'
import { numberInUrl, useSearchOf } from '../../search.ts'
import { Asked, Card, LinkButton, PageHead, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { EndpointStep } from './endpoint-step.tsx'
import { AllianceStep, HomeStep, OwnersStep } from './first-steps.tsx'
import { ProofStep } from './proof-step.tsx'
import { RulesStep } from './rules-step.tsx'
import style from './start.module.css'

export type Start = Answer<'GET /start'>
export type StepProps = { readonly start: Start; readonly onDone: () => void }

const SEARCH = v.object({ step: v.optional(numberInUrl, '1') })
const STEPS = [
  { id: 'home', View: HomeStep, isDone: ({ isNew }: Start) => !isNew },
  { id: 'alliance', View: AllianceStep, isDone: ({ alliance }: Start) => alliance.members.length > 0 },
  { id: 'owners', View: OwnersStep, isDone: ({ owners }: Start) => owners.people > 1 },
  { id: 'endpoint', View: EndpointStep, isDone: ({ endpoints }: Start) => endpoints.some(({ place }) => place !== 'home') },
  { id: 'rules', View: RulesStep, isDone: ({ preset }: Start) => preset !== null && preset !== 'full-stack' },
  { id: 'proof', View: ProofStep, isDone: ({ drills }: Start) => drills > 0 },
] as const

/** From an empty exchange to a first call, a first endpoint abroad, a first refusal and a first drill: six steps, each with one decision. */
export const StartPage = () => <Asked query={useAnswer('GET /start', {})}>{(start) => <Steps start={start} />}</Asked>

const Steps = ({ start }: { readonly start: Start }) => {
  const say = useSay()
  const [search, setSearch] = useSearchOf(SEARCH)
  const at = Math.min(Math.max(1, search.step), STEPS.length)
  const step = STEPS[at - 1] ?? STEPS[0]
  const { View } = step
  return (
    <Stack>
      <PageHead lead={say(`start.${step.id}.question`)} support={say('start.step', { number: at, count: STEPS.length })} key={step.id} />
      <nav aria-label={say('start.steps')}>
        <ol className={style.steps}>
          {STEPS.map(({ id, isDone }, index) => (
            <li key={id}>
              <LinkButton kind={index + 1 === at ? 'primary' : 'quiet'} href={`/start?step=${index + 1}`}>
                {`${index + 1}. ${say(`start.${id}`)}`}
                {isDone(start) && <Check className={style.done} aria-label={say('start.done')} />}
              </LinkButton>
            </li>
          ))}
        </ol>
      </nav>
      <Card>
        <div className={style.step}>
          <p className={style.help}>{say(`start.${step.id}.help`)}</p>
          <View start={start} onDone={() => setSearch({ step: Math.min(at + 1, STEPS.length) })} />
        </div>
      </Card>
    </Stack>
  )
}
