import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAnswer } from '../../api/use.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { numberInUrl, useSearchOf } from '../../search.ts'
import {
  Asked,
  Button,
  Card,
  type Column,
  Empty,
  Facts,
  LinkButton,
  Moment,
  Name,
  PageHead,
  Segmented,
  SelectField,
  Severity,
  Stack,
  Table,
} from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { useWhat } from '../home/what.ts'
import style from './incidents.module.css'

type Incidents = Answer<'GET /incidents'>
type Incident = Incidents['incidents'][number]

const SHOWS = ['all', 'open'] as const
const KINDS = ['incident', 'cut', 'restore'] as const
const SEVERITIES = ['critical', 'warning', 'notice'] as const
const SEARCH = v.object({
  show: v.optional(v.picklist(SHOWS), 'all'),
  kind: v.optional(v.picklist(KINDS)),
  severity: v.optional(v.picklist(SEVERITIES)),
  before: v.optional(numberInUrl),
})

/** What happened, what people did about it, and who hears of the next. */
export const IncidentsPage = () => {
  const [search] = useSearchOf(SEARCH)
  const { show, kind, severity, before } = search
  const query = {
    ...(show === 'open' ? { open: 'true' as const } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(severity === undefined ? {} : { severity }),
    ...(before === undefined ? {} : { before }),
  }
  const incidents = useAnswer('GET /incidents', { query }, { topics: ['incidents', 'cuts'], keepsPrevious: true })
  return (
    <>
      <PageHead lead={<Lead incidents={incidents.data} />} />
      <Stack>
        <Filters />
        <Asked query={incidents}>{(data) => <Listed incidents={data} filtered={Object.keys(query).length > 0} />}</Asked>
      </Stack>
    </>
  )
}

const Lead = ({ incidents }: { readonly incidents: Incidents | undefined }) => {
  const say = useSay()
  if (incidents === undefined) return <>{say('page.incidents')}</>
  return <>{incidents.open === 0 ? say('incident.lead-none') : say('incident.lead', { count: incidents.open })}</>
}

const Filters = () => {
  const say = useSay()
  const [{ show, kind, severity }, setSearch] = useSearchOf(SEARCH)
  return (
    <div className={style.bar}>
      <Segmented
        legend={say('incident.show')}
        choices={SHOWS.map((value) => ({ value, label: say(`incident.show-${value}`) }))}
        value={show}
        onChange={(value) => setSearch({ show: value === 'all' ? undefined : value, before: undefined })}
      />
      <SelectField
        label={say('incident.kind')}
        labelHidden
        value={kind ?? ''}
        onChange={({ target }) => setSearch({ kind: KINDS.find((each) => each === target.value), before: undefined })}
        options={[
          { value: '', label: say('incident.every-kind') },
          ...KINDS.map((value) => ({ value, label: say(`incident.kind-${value}`) })),
        ]}
      />
      <SelectField
        label={say('incident.severity')}
        labelHidden
        value={severity ?? ''}
        onChange={({ target }) => setSearch({ severity: SEVERITIES.find((each) => each === target.value), before: undefined })}
        options={[
          { value: '', label: say('incident.every-severity') },
          ...SEVERITIES.map((value) => ({ value, label: say(`severity.${value}`) })),
        ]}
      />
    </div>
  )
}

const Listed = ({ incidents, filtered }: { readonly incidents: Incidents; readonly filtered: boolean }) => {
  const say = useSay()
  const [{ before }, setSearch] = useSearchOf(SEARCH)
  return (
    <Stack>
      <Card flush>
        <Rows incidents={incidents.incidents} filtered={filtered} />
      </Card>
      {(before !== undefined || incidents.next !== null) && (
        <div className={style.bar}>
          {before !== undefined && <Button onClick={() => setSearch({ before: undefined })}>{say('incident.newest')}</Button>}
          {incidents.next !== null && (
            <Button onClick={() => setSearch({ before: incidents.next ?? undefined })}>{say('incident.older')}</Button>
          )}
        </div>
      )}
      <Alerts alerts={incidents.alerts} />
    </Stack>
  )
}

const Rows = ({ incidents, filtered }: { readonly incidents: readonly Incident[]; readonly filtered: boolean }) => {
  const say = useSay()
  const tell = useWhat()
  const columns: readonly Column<Incident>[] = [
    { id: 'what', head: say('incident.what'), cell: (incident) => <What incident={incident}>{tell(incident)}</What> },
    { id: 'time', head: say('incident.when'), cell: ({ time }) => <Moment at={time} /> },
    { id: 'by', head: say('incident.by'), wideOnly: true, cell: ({ by }) => (by.length === 0 ? '—' : <Name>{by.join(', ')}</Name>) },
    {
      id: 'acknowledged',
      head: say('incident.looked-at'),
      cell: ({ acknowledged, kind }) =>
        kind !== 'incident' ? '—' : acknowledged === null ? say('incident.not-yet') : <Name>{acknowledged.by}</Name>,
    },
    { id: 'entry', head: say('incident.entry'), numeric: true, wideOnly: true, cell: ({ entry }) => formatNumber(entry) },
  ]
  return (
    <Table
      caption={say('page.incidents')}
      columns={columns}
      rows={incidents}
      keyOf={({ entry }) => String(entry)}
      href={({ entry }) => `/incidents/${entry}`}
      empty={
        <Empty {...(filtered ? { action: <LinkButton href="/incidents">{say('incident.drop-filter')}</LinkButton> } : {})}>
          {say(filtered ? 'incident.none-filtered' : 'home.no-incident')}
        </Empty>
      }
    />
  )
}

const What = ({ incident, children }: { readonly incident: Incident; readonly children: string }) => (
  <span className={style.what}>
    <Severity level={incident.severity} />
    <bdi>{children}</bdi>
  </span>
)

/** Who hears of what happens: from the configuration, where it is changed. */
const Alerts = ({ alerts: { targets, budgetShare } }: { readonly alerts: Incidents['alerts'] }) => {
  const say = useSay()
  return (
    <Card title={say('incident.alerts')}>
      {targets.length === 0 ? (
        <p>{say('incident.no-alerts')}</p>
      ) : (
        <Facts
          facts={[
            ...targets.map(({ kind, to, kinds }) => ({
              name: say(`incident.to-${kind}`),
              value: (
                <>
                  <Name>{to.join(', ')}</Name> <span className={style.quiet}>{kinds.join(', ')}</span>
                </>
              ),
            })),
            { name: say('incident.budgets-from'), value: formatPercent(budgetShare) },
          ]}
        />
      )}
      <p className={style.quiet}>{say('incident.alerts-where')}</p>
    </Card>
  )
}
