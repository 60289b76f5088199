import { useParams } from 'wouter'
import { useMay, useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatList } from '../../format.ts'
import { placeOf } from '../../places.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Badge, LinkButton, PageHead, Powers, Tabs } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { Behaviour } from './behaviour.tsx'
import { Calls } from './calls.tsx'
import style from './endpoint.module.css'
import { Facts } from './facts.tsx'
import { type EndpointPage, nameOfMember, powersOf, Turn } from './names.tsx'
import { Offered } from './offered.tsx'
import { Places } from './parts.tsx'
import { Reach } from './reach.tsx'
import { Settings } from './settings.tsx'
import { SEARCH, type View } from './view.ts'

/** One endpoint: who holds which power over it and why, what it answers, what is known, how it behaves. */
export const Endpoint = () => {
  const { name = '' } = useParams<{ name: string }>()
  const [search, set] = useSearchOf(SEARCH)
  const { model, days } = search
  const query = useAnswer(
    'GET /endpoints/{name}',
    { path: { name }, query: { days: Number(days), ...(model === '' ? {} : { model }) } },
    { topics: ['cuts', 'calls', 'facts', 'health'], keepsPrevious: true },
  )
  return (
    <>
      {query.data === undefined && <PageHead lead={<bdi>{name}</bdi>} />}
      <Asked query={query}>{(page) => <Shown page={page} search={search} set={set} />}</Asked>
    </>
  )
}

const Shown = (view: View) => {
  const say = useSay()
  const { page, search, set } = view
  const { exchange } = useSession()
  return (
    <>
      <PageHead
        lead={leadOf(say, page, (country) => placeOf(exchange, country) === 'abroad')}
        support={<Standing page={page} />}
        actions={<Actions name={page.name} />}
      />
      <Tabs
        label={say('endpoints.views')}
        value={search.tab}
        onChange={(tab) => set({ tab })}
        tabs={[
          { value: 'reach', label: say('endpoints.tab.reach'), panel: () => <Reach {...view} /> },
          { value: 'models', label: say('endpoints.tab.models'), count: page.offered.length, panel: () => <Offered {...view} /> },
          { value: 'calls', label: say('endpoints.tab.calls'), panel: () => <Calls {...view} /> },
          { value: 'facts', label: say('endpoints.tab.facts'), count: page.facts.length, panel: () => <Facts {...view} /> },
          { value: 'behaviour', label: say('endpoints.tab.behaviour'), panel: () => <Behaviour {...view} /> },
          { value: 'settings', label: say('endpoints.tab.settings'), panel: () => <Settings {...view} /> },
        ]}
      />
    </>
  )
}

/** Who could stop it: the bad news first, and what is not known before what is well. */
const leadOf = (say: Say, { name, cut, powers: { stop } }: EndpointPage, isAbroad: (country: string) => boolean): string => {
  const abroad = stop.countries.filter(isAbroad)
  if (cut !== null) return say('endpoint.lead-cut', { name })
  if (abroad.length > 0) return say('endpoint.lead-abroad', { name, who: formatList(abroad.map((each) => nameOfMember(say, each))) })
  return say(stop.unknown ? 'endpoint.lead-unknown' : 'endpoint.lead-home', { name })
}

const Standing = ({ page: { places, powers, health, simulated, provider } }: { readonly page: EndpointPage }) => {
  const say = useSay()
  return (
    <span className={style.standing}>
      <Places places={places} form="badge" />
      <Powers {...powersOf(powers)} />
      <span>
        <Turn turn={health.turn} />
      </span>
      {provider !== null && <bdi>{provider}</bdi>}
      {simulated && <Badge dashed>{say('endpoints.simulated')}</Badge>}
    </span>
  )
}

/** What losing it would do, and the loss itself, are the map’s. */
const Actions = ({ name }: { readonly name: string }) => {
  const say = useSay()
  const mayCut = useMay('operate')
  const subject = encodeURIComponent(`endpoint:${name}`)
  return (
    <>
      <LinkButton href={`/map?rehearse=${subject}`}>{say('endpoint.rehearse')}</LinkButton>
      {mayCut && (
        <LinkButton kind="danger" href={`/map?cut=${subject}`}>
          {say('endpoint.block')}
        </LinkButton>
      )}
    </>
  )
}
