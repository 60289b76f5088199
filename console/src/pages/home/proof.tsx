import { Check, OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatNumber } from '../../format.ts'
import { Card, Moment } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { HomeAnswer } from './types.ts'

/** What stands behind the figures of this page, and what does not. */
export const Proof = ({ log }: { readonly log: HomeAnswer['log'] }) => {
  const say = useSay()
  return (
    <Card title={say('home.proof')}>
      <dl className={style.proof}>
        <Line name={say('home.proof-log')} holds={log.stalled === null}>
          {log.stalled !== null ? (
            <bdi>{log.stalled}</bdi>
          ) : (
            <Sentence
              id="home.proof-signed"
              values={{ records: formatNumber(log.records) }}
              parts={[<Moment key="at" at={log.checkpoint ?? undefined} form="ago" />]}
            />
          )}
        </Line>
        <Line name={say('home.proof-waiting')} holds>
          {log.records === log.size ? say('home.proof-all') : say('home.proof-open', { count: Math.max(0, log.records - log.size) })}
        </Line>
        <Line name={say('home.proof-witnesses')} holds={log.witnesses.length > 0} absent>
          {log.witnesses.length > 0 ? <bdi>{log.witnesses.join(', ')}</bdi> : say('home.proof-no-witness')}
        </Line>
      </dl>
    </Card>
  )
}

const Line = ({
  name,
  holds,
  absent = false,
  children,
}: {
  readonly name: string
  readonly holds: boolean
  /** What does not hold is missing, not broken. */
  readonly absent?: boolean
  readonly children: ReactNode
}) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
    <dd aria-hidden="true" className={holds || absent ? style.tick : style.broken}>
      {holds ? <Check /> : absent ? '—' : <OctagonAlert />}
    </dd>
  </div>
)
