import { useEffect, useState } from 'react'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatDuration } from '../../format.ts'
import { Badge, Button, Card, Facts, Failure, Moment, Note } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { Told } from './names.tsx'
import type { Progress } from './types.ts'

const SECOND = 1000

/** The live drill that runs, seen by everybody who looks; nothing where none does. */
export const RunningDrill = ({ mayEnd }: { readonly mayEnd: boolean }) => {
  const say = useSay()
  const { data } = useAnswer('GET /drills/running', {}, { topics: ['drills'], keepsPrevious: true })
  if (data?.running !== null && data !== undefined) return <Running progress={data.running} mayEnd={mayEnd} />
  if (data?.lost === null || data === undefined) return null
  const { drill, at, message } = data.lost
  return (
    <Note level="warning" title={say('drills.lost', { drill })}>
      <Moment at={at} form="full" /> <Told>{message}</Told>
    </Note>
  )
}

const PHASES = ['before', 'during', 'after'] as const

const Running = ({ progress, mayEnd }: { readonly progress: Progress; readonly mayEnd: boolean }) => {
  const say = useSay()
  const end = useAct('DELETE /drills/running')
  const { drill, on, phase } = progress
  return (
    <Card title={say('drills.running', { drill })} aside={<Badge dashed={on === 'sandbox'}>{say(`drills.on-${on}`)}</Badge>}>
      <div className={style.running} role="status" aria-live="off">
        <p className={style.phase}>{say(`drills.phase.${phase}`)}</p>
        <Elapsed progress={progress} />
        <Facts
          facts={PHASES.map((each) => ({
            name: say(`drills.phase-name.${each}`),
            value: say('drills.seen', { answered: progress[each].answered, calls: progress[each].calls, failed: progress[each].failed }),
          }))}
        />
        <p className={style.quiet}>{say(on === 'sandbox' ? 'drills.simulated-note' : 'drills.real-note')}</p>
        {mayEnd && (
          <Button kind="danger" onClick={() => end.mutate({})} aria-disabled={end.isPending}>
            {say('drills.end')}
          </Button>
        )}
        {end.error !== null && <Failure failure={end.error} />}
      </div>
    </Card>
  )
}

/** How far the phase is, renewed once a second. */
const Elapsed = ({ progress: { phase, since, lasts, watch } }: { readonly progress: Progress }) => {
  const say = useSay()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND)
    return () => clearInterval(timer)
  }, [])
  const length = phase === 'during' ? lasts : watch
  if (phase === 'preparing') return null
  const passed = Math.min(length, Math.max(0, now - since))
  return (
    <div className={style.elapsed}>
      <progress max={length} value={passed} aria-label={say('drills.elapsed')} />
      <span>
        {say('drills.elapsed-of', { passed: formatDuration(Math.floor(passed / SECOND) * SECOND), length: formatDuration(length) })}
      </span>
    </div>
  )
}
