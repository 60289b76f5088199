import { Plus } from 'lucide-react'
import { useMay } from '../../api/session.tsx'
import { formatDay, formatNumber } from '../../format.ts'
import { Badge, Bar, Button, Card, type Column, Moment, Money, Name, Place, Severity, Table } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './keys.module.css'
import type { ApplicationAnswer, BudgetAnswer, KeyAnswer, TenantAnswer, Wanted } from './types.ts'

type Doing = {
  readonly fits: (state: KeyAnswer['state']) => boolean
  readonly onChange: (wanted: Wanted) => void
  readonly onNewKey: (application: string) => void
  readonly onRevoke: (key: KeyAnswer, application: string) => void
}

/** One tenant: what it may spend, its applications, and their keys. */
export const Tenant = ({ tenant, ...doing }: { readonly tenant: TenantAnswer } & Doing) => {
  const say = useSay()
  const administers = useMay('administer')
  return (
    <Card
      title={<bdi>{tenant.tenant}</bdi>}
      aside={
        <>
          <Place country={tenant.jurisdiction} form="bare" />
          {!tenant.configured && <Badge dashed>{say('key.gone')}</Badge>}
          {administers && tenant.configured && tenant.budgets.length === 0 && (
            <Button kind="quiet" onClick={() => doing.onChange({ kind: 'budget', tenant: tenant.tenant })}>
              {say('key.set-budget')}
            </Button>
          )}
          {administers && tenant.configured && (
            <Button kind="quiet" icon={<Plus />} onClick={() => doing.onChange({ kind: 'application', tenant: tenant.tenant })}>
              {say('key.add-application')}
            </Button>
          )}
        </>
      }
      flush
    >
      <div className={style.part}>
        <Spent spent={tenant.spent} />
        <Budgets owner={{ tenant: tenant.tenant }} budgets={tenant.budgets} onChange={doing.onChange} />
      </div>
      {tenant.applications.map((application) => (
        <Application key={application.application} tenant={tenant.tenant} application={application} {...doing} />
      ))}
      {tenant.applications.length === 0 && <p className={style.part}>{say('key.no-application')}</p>}
    </Card>
  )
}

const Spent = ({ spent }: { readonly spent: TenantAnswer['spent'] }) => (
  <p className={style.quiet}>
    <Sentence id="key.spent" parts={[<Money key="month" micros={spent.month} />, <Money key="today" micros={spent.today} />]} />
  </p>
)

const Application = ({
  tenant,
  application,
  fits,
  onChange,
  onNewKey,
  onRevoke,
}: { readonly tenant: string; readonly application: ApplicationAnswer } & Doing) => {
  const say = useSay()
  const administers = useMay('administer')
  const name = `${tenant}/${application.application}`
  const keys = application.keys.filter(({ state }) => fits(state))
  return (
    <section className={style.application} aria-label={name}>
      <div className={style.part}>
        <div className={style.bar}>
          <h3 className={style.name}>
            <bdi>{application.application}</bdi> {!application.configured && <Badge dashed>{say('key.gone')}</Badge>}
          </h3>
          {administers && application.configured && (
            <span className={style.doing}>
              {application.budgets.length === 0 && (
                <Button kind="quiet" onClick={() => onChange({ kind: 'budget', tenant, application: application.application })}>
                  {say('key.set-budget')}
                </Button>
              )}
              <Button kind="quiet" icon={<Plus />} onClick={() => onNewKey(name)}>
                {say('key.new-for')}
              </Button>
            </span>
          )}
        </div>
        {application.configured && <May application={application} />}
        <Budgets owner={{ tenant, application: application.application }} budgets={application.budgets} onChange={onChange} />
      </div>
      {keys.length === 0 ? (
        <p className={`${style.part} ${style.quiet}`}>{say(application.keys.length === 0 ? 'key.no-key' : 'key.none')}</p>
      ) : (
        <KeyTable application={name} keys={keys} {...(administers ? { onRevoke } : {})} />
      )}
    </section>
  )
}

/** What calls of an application may be: its classes, purposes, names and rates. */
const May = ({ application }: { readonly application: ApplicationAnswer }) => {
  const say = useSay()
  const { dataClassFloor, purposes, aliases, requestsPerMinute, tokensPerMinute } = application
  const limits = [
    requestsPerMinute === null ? '' : say('key.requests', { count: formatNumber(requestsPerMinute) }),
    tokensPerMinute === null ? '' : say('key.tokens', { count: formatNumber(tokensPerMinute) }),
  ].filter((each) => each !== '')
  return (
    <p className={style.quiet}>
      {say('key.from-class', { name: dataClassFloor })} · {say('key.purposes', { names: purposes.join(', ') })} ·{' '}
      {aliases === null ? say('key.all-aliases') : say('key.aliases', { names: aliases.join(', ') })}
      {limits.length > 0 && ` · ${limits.join(' · ')}`}
    </p>
  )
}

const Budgets = ({
  owner,
  budgets,
  onChange,
}: {
  readonly owner: { readonly tenant: string; readonly application?: string }
  readonly budgets: readonly BudgetAnswer[]
  readonly onChange: (wanted: Wanted) => void
}) => {
  const say = useSay()
  const administers = useMay('administer')
  return (
    <>
      {budgets.map((budget) => (
        <div key={budget.period} className={style.budget}>
          <Bar share={budget.limit === 0 ? 1 : (budget.spent + budget.reserved) / budget.limit} />
          <span>
            <Sentence
              id={`key.budget-${budget.period}`}
              parts={[<Money key="spent" micros={budget.spent} />, <Money key="limit" micros={budget.limit} />]}
            />
            {budget.reserved > 0 && (
              <>
                {' · '}
                <Sentence id="key.reserved" parts={[<Money key="reserved" micros={budget.reserved} />]} />
              </>
            )}
          </span>
          <Pace budget={budget} />
          {administers && (
            <Button kind="quiet" onClick={() => onChange({ kind: 'budget', ...owner, budget })}>
              {say('key.change-budget')}
            </Button>
          )}
        </div>
      ))}
    </>
  )
}

/** How the budget will end if spending goes on as it did; what is spent stops calls. */
const Pace = ({ budget: { ends, spent, reserved, limit } }: { readonly budget: BudgetAnswer }) => {
  const say = useSay()
  const isSpent = spent + reserved >= limit
  if (!isSpent && ends === null) return null
  return (
    <span className={style.pace}>
      <Severity level={isSpent ? 'critical' : 'warning'} />
      {isSpent ? say('key.used-up') : say('key.ends', { day: formatDay(ends ?? 0) })}
    </span>
  )
}

const KeyTable = ({
  application,
  keys,
  onRevoke,
}: {
  readonly application: string
  readonly keys: readonly KeyAnswer[]
  readonly onRevoke?: (key: KeyAnswer, application: string) => void
}) => {
  const say = useSay()
  const columns: readonly Column<KeyAnswer>[] = [
    {
      id: 'key',
      head: say('key.key'),
      cell: ({ prefix }) => (
        <span dir="ltr" className={style.prefix}>
          <Name code>{prefix}…</Name>
        </span>
      ),
    },
    { id: 'state', head: say('key.state'), cell: ({ state }) => say(`key.state-${state}`) },
    { id: 'class', head: say('key.class'), cell: ({ dataClassFloor }) => <Name>{dataClassFloor}</Name> },
    { id: 'for', head: say('key.for'), wideOnly: true, cell: (key) => <For narrowed={key} /> },
    {
      id: 'used',
      head: say('key.last-used'),
      sort: ({ used }) => used ?? 0,
      cell: ({ used }) => (used === null ? say('key.never') : <Moment at={used} form="ago" />),
    },
    { id: 'expires', head: say('key.expires'), wideOnly: true, cell: ({ expires }) => (expires === null ? '—' : formatDay(expires)) },
    {
      id: 'spent',
      head: say('key.this-month'),
      numeric: true,
      sort: ({ spent }) => spent.month,
      cell: ({ spent }) => <Money micros={spent.month} />,
    },
    ...(onRevoke === undefined
      ? []
      : [
          {
            id: 'revoke',
            head: <span className="visually-hidden">{say('key.revoke')}</span>,
            cell: (key: KeyAnswer) =>
              key.revoked === null && (
                <Button kind="quiet" onClick={() => onRevoke(key, application)}>
                  {say('key.revoke')}
                  <span className="visually-hidden"> {key.prefix}</span>
                </Button>
              ),
          },
        ]),
  ]
  return <Table caption={say('key.keys-of', { application })} columns={columns} rows={keys} keyOf={({ id }) => id} />
}

/** Purposes and names that a key may use. */
const For = ({ narrowed: { purposes, aliases } }: { readonly narrowed: KeyAnswer }) => {
  const say = useSay()
  return (
    <Name>
      {purposes.join(', ')}
      {aliases !== null && ` · ${say('key.aliases', { names: aliases.join(', ') })}`}
    </Name>
  )
}
