import { Pause, Play } from 'lucide-react'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useLostSince } from '../../api/events.ts'
import { useAnswer } from '../../api/use.ts'
import { usePlaceOf } from '../../places.ts'
import { Asked, Button, Card, type Column, Duration, Empty, Moment, Name, Place, Table } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './home.module.css'

type Calls = Answer<'GET /calls'>
type Call = Calls['rows'][number]
const SHOWN = 8

/** The last calls, live until somebody wants to read them. */
export const LatestCalls = () => {
  const say = useSay()
  const [isPaused, setPaused] = useState(false)
  const calls = useAnswer('GET /calls', { query: { limit: SHOWN } }, { topics: isPaused ? [] : ['calls'], keepsPrevious: true })
  const held = useRef(calls.data)
  if (!isPaused) held.current = calls.data
  return (
    <Card
      title={say('home.latest')}
      aside={
        <>
          <Live isPaused={isPaused} />
          <Button kind="quiet" icon={isPaused ? <Play /> : <Pause />} onClick={() => setPaused(!isPaused)}>
            {say(isPaused ? 'home.resume' : 'home.pause')}
          </Button>
          <Link href="/calls">{say('home.all-calls')}</Link>
        </>
      }
      flush
    >
      {isPaused && held.current !== undefined ? (
        <Rows rows={held.current.rows} />
      ) : (
        <Asked query={calls}>{({ rows }) => <Rows rows={rows} />}</Asked>
      )}
    </Card>
  )
}

const Live = ({ isPaused }: { readonly isPaused: boolean }) => {
  const say = useSay()
  const lost = useLostSince()
  if (lost !== undefined) return <Sentence id="home.live-lost" parts={[<Moment key="lost" at={lost} />]} />
  return <span>{say(isPaused ? 'home.paused' : 'home.live')}</span>
}

const Rows = ({ rows }: { readonly rows: readonly Call[] }) => {
  const say = useSay()
  const columns: readonly Column<Call>[] = [
    { id: 'time', head: say('home.time'), cell: ({ ended }) => <Moment at={ended} /> },
    {
      id: 'application',
      head: say('home.application'),
      cell: ({ tenant, application }) => (
        <Name>
          {tenant}/{application}
        </Name>
      ),
    },
    { id: 'class', head: say('home.data'), wideOnly: true, cell: ({ class: dataClass }) => <Name>{dataClass}</Name> },
    { id: 'place', head: say('home.answered-in'), cell: (call) => <AnsweredIn call={call} /> },
    {
      id: 'endpoint',
      head: say('home.endpoint'),
      wideOnly: true,
      cell: ({ endpoint }) => (endpoint === null ? '—' : <Name code>{endpoint}</Name>),
    },
    {
      id: 'took',
      head: say('home.took'),
      numeric: true,
      cell: ({ took, outcome }) => <Duration length={outcome === 'refused' ? undefined : took} />,
    },
  ]
  return (
    <Table
      caption={say('home.latest')}
      columns={columns}
      rows={rows}
      keyOf={({ call, entry }) => `${call} ${entry}`}
      href={({ call }) => `/calls/${call}`}
      empty={<Empty>{say('home.no-call')}</Empty>}
    />
  )
}

/** The farthest place of those who could see it, with a country that makes it so. */
const AnsweredIn = ({ call: { outcome, place, see } }: { readonly call: Call }) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  if (outcome !== 'answered') return <span className={style.state}>{say(`home.outcome-${outcome}`)}</span>
  return <Place country={see.find((country) => placeOf(country) === place)} form="bare" />
}
