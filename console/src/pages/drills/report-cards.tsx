import { formatDuration, formatMoney, formatNumber, formatPercent } from '../../format.ts'
import { usePlaceOf } from '../../places.ts'
import { Badge, Bar, Card, Columns, Disclosure, Figures, Money, Powers, Severity, Table } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { courseOf, sayOffset } from './course.ts'
import style from './drills.module.css'
import { saySteps, Told } from './names.tsx'
import type { Live, Report } from './types.ts'

/** All that a report tells, worst first. */
export const ReportCards = ({ report }: { readonly report: Report }) => (
  <>
    <ReportFigures report={report} />
    <Columns>
      <WhatWasCut report={report} />
      <Course report={report} />
    </Columns>
    <Failed report={report} />
    <Answering report={report} />
    <Turned report={report} />
    <Columns>
      <Load report={report} />
      <Licences report={report} />
    </Columns>
    <Columns>
      <Open report={report} />
      <Receipts report={report} />
    </Columns>
  </>
)

const share = (part: number, whole: number): string => (whole === 0 ? '—' : formatPercent(part / whole))

const ReportFigures = ({ report }: { readonly report: Report }) => {
  const say = useSay()
  return <Figures figures={report.live === undefined ? planFigures(say, report) : liveFigures(say, report.live)} />
}

const planFigures = (say: Say, { shares: { before, after, atBest }, aliases, cost, currency }: Report) => {
  const lost = aliases.filter(({ fate }) => fate === 'falls' || fate === 'may-fall').length
  const best = after.answered === atBest.answered ? '' : ` · ${say('drills.at-best', { value: share(atBest.answered, after.calls) })}`
  return [
    {
      label: say('drills.figure.answered'),
      value: share(after.answered, after.calls),
      note: `${say('drills.figure.before', { value: share(before.answered, before.calls) })}${best}`,
    },
    {
      label: say('drills.figure.kinds'),
      value: say('drills.part', { part: after.demandsAnswered, whole: before.demands }),
      note: say('drills.figure.before', { value: formatNumber(before.demandsAnswered) }),
    },
    { label: say('drills.figure.aliases'), value: say('drills.part', { part: lost, whole: aliases.length }) },
    {
      label: say('drills.figure.cost'),
      value: formatMoney(cost.after, currency),
      note: say('drills.figure.before', { value: formatMoney(cost.before, currency) }),
    },
  ]
}

const liveFigures = (say: Say, { phases: { before, during }, detected, recovered }: Live) => [
  {
    label: say('drills.figure.answered-live'),
    value: share(during.answered, during.calls),
    note: say('drills.figure.before', { value: share(before.answered, before.calls) }),
  },
  { label: say('drills.figure.failed'), value: formatNumber(during.failed), note: say('drills.figure.of', { count: during.calls }) },
  {
    label: say('drills.figure.detected'),
    value: detected === null ? say('drills.not-seen') : formatDuration(detected.after),
    ...(detected === null ? {} : { note: <bdi>{detected.route}</bdi> }),
  },
  {
    label: say('drills.figure.recovered'),
    value:
      recovered.failures === null
        ? say('drills.never')
        : recovered.failures === 0
          ? say('drills.all-along')
          : formatDuration(recovered.failures),
    note: say('drills.figure.from-first'),
  },
]

const WhatWasCut = ({ report: { aims, scenario } }: { readonly report: Report }) => {
  const say = useSay()
  return (
    <Card title={say('drills.what-was-cut')}>
      <ul className={style.list}>
        {aims.map(({ does, target, because, hits, for: whom }, index) => (
          // Steps never change places.
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
          <li key={index}>
            <strong>{saySteps(say, does, target)}</strong>{' '}
            <span className={style.quiet}>
              <Told>{because}</Told>
              {whom !== 'everyone' && (
                <>
                  {' '}
                  · <bdi>{whom}</bdi>
                </>
              )}
            </span>
            {hits.length > 0 && (
              <span className={style.hits}>
                {hits.map((hit) => (
                  <Badge key={hit}>
                    <bdi>{hit}</bdi>
                  </Badge>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
      <p className={style.quiet}>
        {say('drills.trigger')}: <Told>{scenario.trigger}</Told>
      </p>
    </Card>
  )
}

const Course = ({ report }: { readonly report: Report }) => {
  const say = useSay()
  return (
    <Card title={say(report.live === undefined ? 'drills.course-planned' : 'drills.course')}>
      <ol className={style.course}>
        {courseOf(say, report).map(({ at, says, level }) => (
          <li key={`${at} ${says}`}>
            <span className={style.offset}>{sayOffset(say, at)}</span>
            <span>
              {level !== undefined && <Severity level={level} />} {says}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

const FATES = ['falls', 'may-fall', 'one-leg', 'moves', 'stands', 'refused-before'] as const

const Failed = ({ report }: { readonly report: Report }) => {
  const say = useSay()
  const touched = report.outcomes.filter(({ lost, kind }) => lost.length > 0 || kind === 'one-leg')
  const why = report.live === undefined ? [] : report.live.phases.during.why
  return (
    <Card title={say('drills.failed')} flush>
      {why.length > 0 && (
        <ul className={`${style.list} ${style.inset}`}>
          {why.map(({ why: reason, calls }) => (
            <li key={reason}>
              {say('drills.calls', { count: calls })}: <Told>{reason}</Told>
            </li>
          ))}
        </ul>
      )}
      <Table
        caption={say('drills.failed')}
        rows={touched}
        keyOf={(each) => `${each.kind} ${each.alias} ${each.who.join()}`}
        empty={say('drills.failed-none')}
        columns={[
          { id: 'alias', head: say('exposure.alias'), cell: ({ alias }) => <bdi>{alias}</bdi> },
          { id: 'fate', head: say('drills.fate'), cell: ({ kind }) => <Fate kind={kind} /> },
          {
            id: 'kinds',
            head: say('drills.kinds'),
            numeric: true,
            cell: ({ demands, calls }) => `${formatNumber(demands)} · ${say('drills.calls', { count: calls })}`,
          },
          { id: 'lost', head: say('drills.lost-by'), cell: ({ lost }) => <Lost lost={lost} /> },
          {
            id: 'left',
            head: say('drills.left'),
            cell: ({ left, doubtful }) => (
              <>
                {left.length === 0 ? '—' : <bdi>{left.join(', ')}</bdi>}
                {doubtful.length > 0 && ` · ${say('drills.perhaps-left', { routes: doubtful.join(', ') })}`}
              </>
            ),
          },
        ]}
      />
    </Card>
  )
}

const Fate = ({ kind }: { readonly kind: (typeof FATES)[number] }) => {
  const say = useSay()
  const level = kind === 'falls' || kind === 'may-fall' ? 'critical' : kind === 'one-leg' ? 'warning' : undefined
  return (
    <span className={style.outcome}>
      {level !== undefined && <Severity level={level} />} {say(`drills.fate.${kind}`)}
    </span>
  )
}

const Lost = ({ lost }: { readonly lost: Report['outcomes'][number]['lost'] }) =>
  lost.length === 0 ? (
    '—'
  ) : (
    <ul className={style.list}>
      {lost.map(({ route, because, says }) => (
        <li key={route}>
          <bdi>{route}</bdi>{' '}
          <span className={style.quiet}>
            <Told>
              {because}
              {says !== '' && ` (${says})`}
            </Told>
          </span>
        </li>
      ))}
    </ul>
  )

/** Somebody unknown beside a country abroad makes nothing worse: it is held. */
const useHolders = (): ((who: readonly string[]) => readonly string[]) => {
  const placeOf = usePlaceOf()
  return (who) => {
    const known = who.filter((each) => each !== 'unknown')
    return known.some((each) => placeOf(each) === 'abroad') || known.length === who.length ? known : [...known, '']
  }
}

const Answering = ({ report: { served, window, live } }: { readonly report: Report }) => {
  const say = useSay()
  const holders = useHolders()
  const callsOf = (phase: 'before' | 'during', route: string): number =>
    live?.phases[phase].by.find((each) => each.route === route)?.calls ?? 0
  const of = (route: Report['served'][number]) =>
    live === undefined
      ? { before: route.before, after: route.after, ofBefore: window.calls, ofAfter: window.calls }
      : {
          before: callsOf('before', route.route),
          after: callsOf('during', route.route),
          ofBefore: live.phases.before.answered,
          ofAfter: live.phases.during.answered,
        }
  const bar = (part: number, whole: number) => <Bar share={whole === 0 ? 0 : part / whole} label={formatNumber(part)} />
  return (
    <Card title={say('drills.answering')} flush>
      <Table
        caption={say('drills.answering')}
        rows={served}
        keyOf={({ route }) => route}
        columns={[
          { id: 'route', head: say('exposure.route'), cell: ({ route }) => <bdi>{route}</bdi> },
          {
            id: 'powers',
            head: say('drills.power-abroad'),
            cell: ({ see, stop, change }) => <Powers see={holders(see)} stop={holders(stop)} change={holders(change)} />,
          },
          { id: 'before', head: say('drills.calls-before'), cell: (route) => bar(of(route).before, of(route).ofBefore) },
          {
            id: 'after',
            head: say(live === undefined ? 'drills.calls-after' : 'drills.calls-during'),
            cell: (route) => bar(of(route).after, of(route).ofAfter),
          },
        ]}
      />
    </Card>
  )
}

/** Decisions that turn, and powers that change hands; no card where nothing does. */
const Turned = ({ report: { decisions, reaches } }: { readonly report: Report }) => {
  const say = useSay()
  if (decisions.length + reaches.length === 0) return null
  return (
    <Card title={say('drills.turned')}>
      <ul className={style.list}>
        {decisions.map(({ route, now, demands, because }) => (
          <li key={`${route} ${now}`}>
            <bdi>{route}</bdi>: {say(`drills.turned.${now}`, { count: demands })}{' '}
            <span className={style.quiet}>
              <Told>{because.join('; ')}</Told>
            </span>
          </li>
        ))}
        {reaches.map(({ route, power, gained, lost }) => (
          <li key={`${route} ${power}`}>
            <bdi>{route}</bdi>, {say(`power.${power}`)}: +{' '}
            <Told>{gained.map(({ actor, says }) => `${actor} (${says})`).join(', ') || '—'}</Told> − <bdi>{lost.join(', ') || '—'}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const Load = ({ report: { load } }: { readonly report: Report }) => {
  const say = useSay()
  const room = (value: number | null): string => (value === null ? say('place.unknown') : formatNumber(value, { maximumFractionDigits: 1 }))
  return (
    <Card title={say('drills.load')} flush>
      <Table
        caption={say('drills.load')}
        rows={load}
        keyOf={({ endpoint }) => endpoint}
        empty={say('drills.load-none')}
        columns={[
          { id: 'endpoint', head: say('drills.endpoint'), cell: ({ endpoint }) => <bdi>{endpoint}</bdi> },
          { id: 'before', head: say('drills.at-once-before'), numeric: true, cell: ({ before }) => room(before.peak ?? before.mean) },
          { id: 'after', head: say('drills.at-once-after'), numeric: true, cell: ({ after }) => room(after.peak ?? after.mean) },
          { id: 'capacity', head: say('drills.capacity'), numeric: true, cell: ({ capacity }) => room(capacity) },
        ]}
      />
    </Card>
  )
}

const Licences = ({ report: { licences, cost, currency } }: { readonly report: Report }) => {
  const say = useSay()
  return (
    <Card title={say('drills.money-and-licences')}>
      <ul className={style.list}>
        <li>
          {say('drills.cost-after')} <Money micros={cost.after} currency={currency} />
        </li>
        <li>
          {say('drills.cost-unmoved')} <Money micros={cost.unmoved} currency={currency} />
        </li>
        <li>
          {say('drills.cost-cheapest')} <Money micros={cost.cheapest} currency={currency} />
        </li>
        {licences.map(({ model, before, after }) => (
          <li key={model}>
            <bdi>{model}</bdi>:{' '}
            {say('drills.licence', { before: say(`drills.may.${before.verdict}`), after: say(`drills.may.${after.verdict}`) })}{' '}
            <span className={style.quiet}>
              <Told>{after.because}</Told>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const Open = ({ report: { open } }: { readonly report: Report }) => {
  const say = useSay()
  return (
    <Card title={say('drills.open')}>
      <ul className={style.list}>
        {open.map((each) => (
          <li key={each}>
            <Told>{each}</Told>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const Receipts = ({ report: { live, rows, policy, facts, scenario } }: { readonly report: Report }) => {
  const say = useSay()
  return (
    <Card title={say('drills.evidence')}>
      <ul className={style.list}>
        {live !== undefined && <li>{say('drills.record', { index: live.opened })}</li>}
        <li>
          {say('drills.under-policy')} <bdi className={style.mono}>{policy}</bdi>
        </li>
        <li>
          {say('drills.under-facts')} <bdi className={style.mono}>{facts}</bdi>
        </li>
      </ul>
      {rows.length > 0 && (
        <Disclosure summary={say('drills.rows', { count: rows.length })}>
          <ul className={style.list}>
            {rows.map(({ id, says, evidence, source, asOf }) => (
              <li key={id}>
                <bdi>{id}</bdi> <Told>{says}</Told> <Badge>{evidence}</Badge>{' '}
                <span className={style.quiet}>
                  <Told>{source}</Told>, {asOf}
                </span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      <Disclosure summary={say('drills.sources', { count: scenario.sources.length })}>
        <ul className={style.list}>
          {scenario.sources.map(({ says, at }) => (
            <li key={at}>
              <Told>{says}</Told>{' '}
              <bdi dir="ltr" className={style.address}>
                {at}
              </bdi>
            </li>
          ))}
        </ul>
      </Disclosure>
    </Card>
  )
}
