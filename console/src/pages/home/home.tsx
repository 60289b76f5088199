import { Map as MapIcon, Scissors } from 'lucide-react'
import { Link } from 'wouter'
import { useMay, useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatPercent } from '../../format.ts'
import { Asked, Card, LinkButton, PageHead, Stack, StackBar } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import { SmallMap } from '../../world/small-map.tsx'
import { Endpoints } from './endpoints.tsx'
import { HomeFigures, Minutes } from './figures.tsx'
import style from './home.module.css'
import { Incidents } from './incidents.tsx'
import { LatestCalls } from './latest-calls.tsx'
import { Needs } from './needs.tsx'
import { Proof } from './proof.tsx'
import { Spend } from './spend.tsx'
import type { ExposureAnswer, HomeAnswer } from './types.ts'

const TOPICS = ['calls', 'cuts', 'incidents', 'health', 'policy', 'facts', 'keys', 'drills', 'proposals']
/** Minutes pass although no call comes. */
const MINUTE = 60_000

/** Home: what runs, is it well, is it lawful. */
export const Home = () => {
  const home = useAnswer('GET /home', {}, { topics: TOPICS, every: MINUTE })
  const exposure = useAnswer('GET /home/exposure', {}, { topics: ['policy', 'facts'], every: MINUTE })
  return (
    <>
      <PageHead lead={<Lead home={home.data} exposure={exposure.data} />} actions={<Actions />} />
      <Asked query={home} waiting={<HomeFigures home={undefined} exposure={undefined} />}>
        {(data) => <Whole home={data} exposure={exposure.data} />}
      </Asked>
    </>
  )
}

const Actions = () => {
  const say = useSay()
  const operates = useMay('operate')
  return (
    <>
      <LinkButton href="/map?power=stop" icon={<MapIcon />}>
        {say('home.see-who')}
      </LinkButton>
      {operates && (
        <LinkButton href="/drills" kind="primary" icon={<Scissors />}>
          {say('home.rehearse')}
        </LinkButton>
      )}
    </>
  )
}

const Whole = ({ home, exposure }: { readonly home: HomeAnswer; readonly exposure: ExposureAnswer | undefined }) => {
  const say = useSay()
  const audits = useMay('audit')
  return (
    <Stack>
      <HomeFigures home={home} exposure={exposure} />
      <div className={style.columns}>
        <div className={style.side}>
          <Card title={say('home.answers')} aside={say('home.today-utc')}>
            <StackBar shares={home.answered} label={say('home.answers')} />
            <p className={style.quiet}>{say('home.answers-mean')}</p>
            <Link href="/map" className={style.map} aria-label={say('home.open-map')}>
              <SmallMap power="stop" label={say('home.map')} />
            </Link>
          </Card>
          <Minutes home={home} />
          <Endpoints endpoints={home.endpoints} />
        </div>
        <div className={style.side}>
          <div className={style.first}>
            <Needs needs={home.needs} />
          </div>
          <Proof log={home.log} />
          {home.spend !== null && <Spend spend={home.spend} />}
          <Incidents incidents={home.incidents} />
        </div>
      </div>
      {audits && <LatestCalls />}
    </Stack>
  )
}

/** The sentence: how much of today stayed, and how much one country could stop all the same. */
const Lead = ({ home, exposure }: { readonly home: HomeAnswer | undefined; readonly exposure: ExposureAnswer | undefined }) => {
  const say = useSay()
  const { exchange } = useSession()
  if (home === undefined) return <>{say('home.title', { operator: exchange.operator })}</>
  const answered = Object.values(home.answered).reduce((sum, calls) => sum + calls, 0)
  const stayed = answered === 0 ? '' : formatPercent(home.answered.home / answered)
  return (
    <>
      {answered > 0 ? say('home.lead-stayed', { share: stayed }) : say('home.lead-none')} <CouldStop exposure={exposure} />
    </>
  )
}

const CouldStop = ({ exposure }: { readonly exposure: ExposureAnswer | undefined }) => {
  const say = useSay()
  if (exposure === undefined) return null
  if (exposure.stop === null) return <>{say(exposure.unknown.stop.part > 0 ? 'home.lead-unknown' : 'home.lead-nobody')}</>
  const { part, whole } = exposure.stop.share
  const share = whole === 0 ? 0 : part / whole
  const { basis, limitPercent } = exposure
  // The limit is one of calls.
  const limit = basis === 'calls' && limitPercent !== null ? limitPercent / 100 : undefined
  const id =
    basis === 'endpoints' ? 'home.lead-stop-endpoints' : limit !== undefined && share > limit ? 'home.lead-stop-limit' : 'home.lead-stop'
  return (
    <Sentence
      id={id}
      values={{ share: formatPercent(share), limit: formatPercent(limit ?? 1) }}
      parts={[<span key="share" className={part > 0 ? style.underlined : ''} />]}
    />
  )
}
