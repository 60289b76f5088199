import { Badge, Card, type Column, Empty, Name, Note, Stack, Table } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import style from './facts.module.css'
import { Day, type EndpointPage } from './names.tsx'
import type { View } from './view.ts'

type Report = EndpointPage['behaviour'][number]
type Experiment = Report['experiments'][number]

/** What the lab measured of an endpoint: what it honours, ignores or rejects, each with what was found. */
export const Behaviour = ({ page: { name, behaviour } }: View) => {
  const say = useSay()
  const columns = columnsOf(say)
  if (behaviour.length === 0)
    return (
      <Card>
        <Empty>
          {say('endpoint.not-measured')} <Name code>{`allod probe ${name}`}</Name>
        </Empty>
      </Card>
    )
  return (
    <Stack>
      {behaviour.map(({ model, day, simulated, ending, calls, experiments }) => (
        <Card
          key={model}
          flush
          title={<bdi>{model}</bdi>}
          aside={
            <>
              {simulated && <Badge dashed>{say('endpoints.simulated')}</Badge>} {say('endpoint.measured', { calls })} <Day day={day} />
            </>
          }
        >
          {ending !== 'complete' && <Note level="warning" title={say('endpoint.measured-in-part')} />}
          {simulated && <Note title={say('endpoint.measured-simulation')} />}
          <Table caption={say('endpoints.tab.behaviour')} columns={columns} rows={experiments} keyOf={({ id }) => id} />
        </Card>
      ))}
    </Stack>
  )
}

const columnsOf = (say: Say): readonly Column<Experiment>[] => [
  {
    id: 'title',
    head: say('endpoint.asked'),
    cell: ({ number, title }) => <span dir="auto">{number === null ? title : `${number}. ${title}`}</span>,
  },
  {
    id: 'verdict',
    head: say('endpoint.verdict'),
    sort: ({ verdict }) => verdict ?? '',
    cell: ({ verdict, mixed }) => (verdict === null ? '—' : `${say(`verdict.${verdict}`)}${mixed ? ' *' : ''}`),
  },
  {
    id: 'found',
    head: say('endpoint.found'),
    cell: ({ findings }) => (
      <span className={style.read} dir="auto">
        {findings.map(({ aspect, verdict, says }) => (
          <span key={aspect}>
            <bdi>{aspect}</bdi>: {say(`verdict.${verdict}`)}. <small>{says}</small>
          </span>
        ))}
      </span>
    ),
  },
]
