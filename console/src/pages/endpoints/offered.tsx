import { Link } from 'wouter'
import { formatNumber } from '../../format.ts'
import { Card, type Column, Duration, Money, Powers, Table } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { type EndpointPage, powersOf, Turn } from './names.tsx'
import type { View } from './view.ts'

type Offered = EndpointPage['offered'][number]

/** The models an endpoint answers with: whose they are, what they cost, and who holds power over each. */
export const Offered = ({ page: { offered } }: View) => {
  const say = useSay()
  return (
    <Card flush title={say('endpoint.offered', { count: offered.length })}>
      <Table caption={say('endpoints.models')} columns={columnsOf(say)} rows={offered} keyOf={({ model }) => model} />
    </Card>
  )
}

const columnsOf = (say: Say): readonly Column<Offered>[] => [
  { id: 'model', head: say('endpoints.model'), sort: ({ model }) => model, cell: ({ model }) => <bdi>{model}</bdi> },
  { id: 'there', head: say('endpoint.name-there'), wideOnly: true, cell: ({ nameThere }) => <bdi>{nameThere}</bdi> },
  { id: 'serves', head: say('endpoint.serves'), cell: ({ serves }) => <Served serves={serves} /> },
  { id: 'powers', head: say('endpoints.powers'), cell: ({ powers }) => <Powers {...powersOf(powers)} /> },
  {
    id: 'input',
    head: say('endpoint.price-in'),
    numeric: true,
    sort: ({ price }) => price.input,
    cell: ({ price }) => <Money micros={price.input} />,
  },
  {
    id: 'output',
    head: say('endpoint.price-out'),
    numeric: true,
    sort: ({ price }) => price.output,
    cell: ({ price }) => <Money micros={price.output} />,
  },
  {
    id: 'most',
    head: say('endpoint.most-tokens'),
    numeric: true,
    wideOnly: true,
    sort: ({ maxOutputTokens }) => maxOutputTokens,
    cell: ({ maxOutputTokens }) => formatNumber(maxOutputTokens),
  },
  { id: 'turn', head: say('endpoints.turn'), cell: ({ health }) => <Turn turn={health.turn} /> },
  {
    id: 'answers',
    head: say('endpoint.answers-in'),
    numeric: true,
    wideOnly: true,
    cell: ({ health }) => <Duration length={health.answerMs ?? undefined} />,
  },
]

/** The models of the fact book; without one, nobody said whose weights these are. */
const Served = ({ serves }: { readonly serves: readonly string[] }) => {
  const say = useSay()
  if (serves.length === 0) return <>{say('place.unknown')}</>
  return serves.map((each) => {
    const id = each.replace(/^model:/, '')
    return (
      <Link key={each} href={`/models/${id}`}>
        <bdi>{id}</bdi>
      </Link>
    )
  })
}
