import { useState } from 'react'
import { useLocation } from 'wouter'
import { useAct } from '../../api/use.ts'
import { formatDay } from '../../format.ts'
import { Button, Card, type Column, Failure, LinkButton, Moment, Severity, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { saySteps, Told } from './names.tsx'
import type { Run, Scenario } from './types.ts'
import { levelOf, sayVerdict } from './verdict.ts'

/** Everything that can be rehearsed, with what came of it last. */
export const Scenarios = ({ scenarios, mayRun }: { readonly scenarios: readonly Scenario[]; readonly mayRun: boolean }) => {
  const say = useSay()
  const columns: readonly Column<Scenario>[] = [
    { id: 'title', head: say('drills.scenario'), cell: ({ title }) => <Told>{title}</Told>, sort: ({ title }) => title },
    {
      id: 'does',
      head: say('drills.rehearses'),
      cell: ({ steps }) => [...new Set(steps.map(({ does, target, busiest }) => saySteps(say, does, target, busiest)))].join('; '),
      wideOnly: true,
    },
    {
      id: 'date',
      head: say('drills.happened-on'),
      cell: ({ date }) => (date === null ? say('drills.only-rehearsed') : formatDay(date)),
      sort: ({ date }) => date ?? '9999',
      wideOnly: true,
    },
    { id: 'last', head: say('drills.last'), cell: ({ last }) => <Last run={last} />, sort: ({ last }) => last?.started ?? 0 },
    ...(mayRun
      ? [
          {
            id: 'run',
            head: <span className="visually-hidden">{say('drills.rehearse')}</span>,
            cell: (each: Scenario) => <Rehearse scenario={each} />,
          },
        ]
      : []),
  ]
  return (
    <Card title={say('drills.scenarios', { count: scenarios.length })} flush>
      <Table
        caption={say('drills.scenarios', { count: scenarios.length })}
        columns={columns}
        rows={scenarios}
        keyOf={({ id }) => id}
        href={({ id }) => `/drills?scenario=${id}`}
        sortIn="order"
      />
    </Card>
  )
}

const Last = ({ run }: { readonly run: Run | null }) => {
  const say = useSay()
  if (run === null) return <>—</>
  return (
    <span className={style.last}>
      <Outcome run={run} />
      <span className={style.quiet}>
        <Moment at={run.started} form="ago" />
        {run.mode === 'live' && ` · ${say(run.simulated === true ? 'drills.live-simulated' : 'drills.live')}`}
      </span>
    </span>
  )
}

/** What a drill came to, with its mark. */
export const Outcome = ({ run }: { readonly run: Pick<Run, 'verdict'> }) => {
  const say = useSay()
  const level = levelOf(run.verdict)
  return (
    <span className={style.outcome}>
      {level !== undefined && <Severity level={level} />}
      <span>{sayVerdict(say, run.verdict)}</span>
    </span>
  )
}

/** Computes the plan and opens its report. */
export const Rehearse = ({
  scenario,
  target,
  primary = false,
}: {
  readonly scenario: Scenario
  readonly target?: string
  readonly primary?: boolean
}) => {
  const say = useSay()
  const [, navigate] = useLocation()
  const run = useAct('POST /drills/{scenario}/runs')
  const [kept, setKept] = useState<string>()
  const begin = (): void =>
    run.mutate(
      { path: { scenario: scenario.id }, body: { mode: 'plan', ...(target === undefined || target === '' ? {} : { target }) } },
      {
        onSuccess: ({ run: id }) => {
          setKept(id ?? undefined)
          if (id !== null) navigate(`/drills/run/${id}`)
        },
      },
    )
  const doing = say(run.isPending ? 'drills.computing' : 'drills.rehearse')
  if (kept !== undefined) return <LinkButton href={`/drills/run/${kept}`}>{say('drills.open-report')}</LinkButton>
  return (
    <>
      <Button
        kind={primary ? 'primary' : 'plain'}
        onClick={begin}
        aria-disabled={run.isPending}
        aria-busy={run.isPending}
        aria-label={`${doing}: ${scenario.title}`}
      >
        {doing}
      </Button>
      {run.error !== null && <Failure failure={run.error} />}
    </>
  )
}
