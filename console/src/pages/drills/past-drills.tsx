import { useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { formatPercent } from '../../format.ts'
import { Asked, Button, Card, type Column, Empty, Moment, Note, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { sayTarget } from './names.tsx'
import { Outcome } from './scenarios.tsx'
import type { Run } from './types.ts'

const PAGE = 10

/** Drills that were carried out, newest first, each with its signed report. */
export const PastDrills = () => {
  const say = useSay()
  const [most, setMost] = useState(PAGE)
  const runs = useAnswer('GET /drills/runs', { query: { most } }, { topics: ['drills'], keepsPrevious: true })
  return (
    <Card title={say('drills.past')} flush>
      <Asked query={runs} isEmpty={({ total, damaged }) => total + damaged.length === 0} empty={<Empty>{say('drills.past-none')}</Empty>}>
        {({ runs: shown, total, damaged }) => (
          <>
            {damaged.map((each) => (
              <Note key={each} level="warning" title={say('drills.damaged')}>
                <bdi>{each}</bdi>
              </Note>
            ))}
            <Table
              caption={say('drills.past')}
              columns={columnsOf(say)}
              rows={shown}
              keyOf={({ id }) => id}
              href={({ id }) => `/drills/run/${id}`}
            />
            {shown.length < total && (
              <p className={style.more}>
                <Button kind="quiet" onClick={() => setMost(Math.min(200, most + PAGE))}>
                  {say('drills.past-more', { shown: shown.length, total })}
                </Button>
              </p>
            )}
          </>
        )}
      </Asked>
    </Card>
  )
}

const columnsOf = (say: ReturnType<typeof useSay>): readonly Column<Run>[] => [
  { id: 'date', head: say('drills.date'), cell: ({ started }) => <Moment at={started} /> },
  {
    id: 'cut',
    head: say('drills.cut'),
    cell: ({ cut, drill, mode, simulated }) => (
      <span className={style.last}>
        <span>{cut.length === 0 ? <bdi>{drill}</bdi> : cut.map((each) => sayTarget(say, each)).join(', ')}</span>
        {mode === 'live' && <span className={style.quiet}>{say(simulated === true ? 'drills.live-simulated' : 'drills.live')}</span>}
      </span>
    ),
  },
  {
    id: 'answered',
    head: say('drills.answered'),
    numeric: true,
    cell: ({ answered, calls }) => (calls === 0 ? '—' : formatPercent(answered / calls)),
  },
  { id: 'refused', head: say('drills.refused'), numeric: true, cell: ({ refused }) => refused, wideOnly: true },
  {
    id: 'verdict',
    head: say('drills.verdict'),
    cell: (run) => (
      <span className={style.last}>
        <Outcome run={run} />
        <span className={run.signed ? style.quiet : style.bad}>{say(run.signed ? 'drills.signed' : 'drills.not-signed')}</span>
      </span>
    ),
  },
]
