import { Link } from 'wouter'
import { useSession } from '../../api/session.tsx'
import { formatDay, formatMoney, formatNumber } from '../../format.ts'
import { Card, Moment, Severity } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { NeedAnswer } from './types.ts'

/** Where something can be done about each. */
const PAGES: Readonly<Record<NeedAnswer['kind'], string>> = {
  'log-stalled': '/settings',
  'budget-spent': '/keys',
  'budget-ends': '/keys',
  'proposal-waits': '/people',
  'incidents-open': '/incidents',
  'endpoint-resting': '/endpoints',
  'endpoint-cut-off': '/endpoints',
  'engine-down': '/endpoints',
  'keys-unused': '/keys?show=unused',
  'drill-overdue': '/drills',
  'drill-failed': '/drills',
  'facts-stale': '/endpoints',
  'reach-unknown': '/endpoints',
  'date-ends': '/agreements',
}
const SHOWN = 6

export const Needs = ({ needs }: { readonly needs: readonly NeedAnswer[] }) => {
  const say = useSay()
  return (
    <Card title={say('home.needs')} aside={needs.length === 0 ? undefined : formatNumber(needs.length)} flush>
      {needs.length === 0 ? (
        <p className={style.nothing}>{say('home.needs-none')}</p>
      ) : (
        <ul className={style.needs}>
          {needs.slice(0, SHOWN).map((need) => (
            <Need key={`${need.kind} ${need.subject}`} need={need} />
          ))}
        </ul>
      )}
      {needs.length > SHOWN && <p className={style.nothing}>{say('home.needs-more', { count: needs.length - SHOWN })}</p>}
    </Card>
  )
}

const Need = ({ need }: { readonly need: NeedAnswer }) => {
  const say = useSay()
  const { exchange } = useSession()
  const { kind, severity, subject, count, time, message, limit } = need
  const values = {
    subject,
    count: count ?? 1,
    day: time === undefined ? '' : formatDay(time),
    limit: limit === undefined ? '' : formatMoney(limit, exchange.currency),
  }
  return (
    <li className={style.need}>
      <Severity level={severity} />
      <div className={style.words}>
        <Link href={PAGES[kind]}>
          <bdi>{say(`home.need.${kind}`, values)}</bdi>
        </Link>
        <p>
          {say(`home.step.${kind}`, values)} {message !== undefined && <bdi>{message}</bdi>}
        </p>
      </div>
      {time !== undefined && AGED.has(kind) && (
        <span className={style.age}>
          <Moment at={time} form="ago" />
        </span>
      )}
    </li>
  )
}
/** Of these the time says when it happened, or will. */
const AGED: ReadonlySet<NeedAnswer['kind']> = new Set(['incidents-open', 'drill-overdue', 'proposal-waits', 'budget-ends'])
