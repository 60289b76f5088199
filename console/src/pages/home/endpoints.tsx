import { formatNumber } from '../../format.ts'
import { Badge, Card, type Column, Duration, Empty, LinkButton, Name, Place, Severity, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { HomeAnswer } from './types.ts'

type Endpoint = HomeAnswer['endpoints'][number]
const BAD: Readonly<Partial<Record<Endpoint['state'], 'critical' | 'warning'>>> = {
  resting: 'warning',
  'cut-off': 'critical',
  down: 'critical',
  cut: 'warning',
}

/** Which endpoints are well. */
export const Endpoints = ({ endpoints }: { readonly endpoints: readonly Endpoint[] }) => {
  const say = useSay()
  const columns: readonly Column<Endpoint>[] = [
    {
      id: 'endpoint',
      head: say('home.endpoint'),
      cell: ({ endpoint, model }) => (
        <Name>
          {endpoint}
          <span className={style.quiet}>/{model}</span>
        </Name>
      ),
    },
    {
      id: 'place',
      head: say('home.seen-from'),
      cell: ({ country, place, simulated }) => (
        <span className={style.place}>
          <Place country={place === 'unknown' ? undefined : (country ?? undefined)} form="bare" />
          {simulated && <Badge dashed>{say('home.simulated')}</Badge>}
        </span>
      ),
    },
    { id: 'state', head: say('home.state'), cell: (row) => <State endpoint={row} /> },
    {
      id: 'took',
      head: say('home.answers-in'),
      numeric: true,
      wideOnly: true,
      cell: ({ answerMs }) => <Duration length={answerMs ?? undefined} />,
    },
    { id: 'calls', head: say('home.calls-today'), numeric: true, cell: ({ calls }) => formatNumber(calls) },
  ]
  return (
    <Card title={say('home.endpoints')} flush>
      <Table
        caption={say('home.endpoints')}
        columns={columns}
        rows={endpoints}
        keyOf={({ endpoint, model }) => `${endpoint}/${model}`}
        href={({ endpoint }) => `/endpoints/${endpoint}`}
        empty={<Empty action={<LinkButton href="/endpoints">{say('home.add-endpoint')}</LinkButton>}>{say('home.no-endpoint')}</Empty>}
      />
    </Card>
  )
}

const State = ({ endpoint: { state } }: { readonly endpoint: Endpoint }) => {
  const say = useSay()
  const level = BAD[state]
  return (
    <span className={style.state}>
      {level !== undefined && <Severity level={level} />}
      {say(`home.state.${state}`)}
    </span>
  )
}
