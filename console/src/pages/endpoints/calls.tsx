import { formatDuration, formatMoment, formatNumber, formatPercent } from '../../format.ts'
import {
  Card,
  type Column,
  Duration,
  Empty,
  Figures,
  LineChart,
  LinkButton,
  Moment,
  Money,
  Percent,
  Segmented,
  Stack,
  Table,
} from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import type { EndpointPage } from './names.tsx'
import { Took } from './parts.tsx'
import { DAYS, type View } from './view.ts'

type User = EndpointPage['usage']['users'][number]

/** Who asked the endpoint what, and how it was over time. */
export const Calls = ({ page, search, set }: View) => {
  const say = useSay()
  const { name, calls, failed, spend, share, took, usage } = page
  return (
    <Stack>
      <Segmented
        legend={say('endpoint.days')}
        legendShown
        value={search.days}
        onChange={(days) => set({ days })}
        choices={DAYS.map((value) => ({ value, label: say('endpoint.last-days', { days: Number(value) }) }))}
      />
      <Figures
        figures={[
          {
            label: say('endpoint.calls'),
            value: formatNumber(calls),
            note: share === null ? undefined : say('endpoint.of-all', { share: formatPercent(share) }),
          },
          { label: say('endpoints.failed'), value: <Percent share={calls === 0 ? undefined : failed / calls} /> },
          {
            label: say('endpoints.took'),
            value: <Took took={took} />,
            note: took.p50Ms === null ? say('endpoint.mean') : say('endpoint.percentiles', { count: took.of }),
          },
          { label: say('endpoints.spend'), value: <Money micros={spend} /> },
        ]}
      />
      <Card
        flush
        title={say('endpoint.users')}
        aside={<LinkButton href={`/calls?endpoint=${encodeURIComponent(name)}`}>{say('endpoint.see-calls')}</LinkButton>}
      >
        <Table
          caption={say('endpoint.users')}
          columns={columnsOf(say)}
          rows={usage.users}
          keyOf={({ tenant, application, alias }) => `${tenant} ${application} ${alias}`}
          sortedBy={{ by: 'calls', down: true }}
          empty={<Empty>{say('endpoint.no-calls')}</Empty>}
        />
      </Card>
      {usage.countedSince !== null && usage.countedSince > usage.from && (
        <p>
          {say('endpoint.counted-since')} <Moment at={usage.countedSince} form="full" />
        </p>
      )}
      <History page={page} />
    </Stack>
  )
}

const columnsOf = (say: Say): readonly Column<User>[] => [
  {
    id: 'who',
    head: say('endpoint.application'),
    sort: ({ tenant, application }) => `${tenant}/${application}`,
    cell: ({ tenant, application }) => <bdi>{`${tenant}/${application}`}</bdi>,
  },
  { id: 'alias', head: say('endpoint.alias'), sort: ({ alias }) => alias, cell: ({ alias }) => <bdi>{alias}</bdi> },
  { id: 'calls', head: say('endpoint.calls'), numeric: true, sort: ({ calls }) => calls, cell: ({ calls }) => formatNumber(calls) },
  {
    id: 'failed',
    head: say('endpoint.not-complete'),
    numeric: true,
    sort: ({ failed }) => failed,
    cell: ({ failed }) => formatNumber(failed),
  },
  {
    id: 'in',
    head: say('endpoint.tokens-in'),
    numeric: true,
    wideOnly: true,
    sort: ({ input }) => input,
    cell: ({ input }) => formatNumber(input),
  },
  {
    id: 'out',
    head: say('endpoint.tokens-out'),
    numeric: true,
    wideOnly: true,
    sort: ({ output }) => output,
    cell: ({ output }) => formatNumber(output),
  },
  { id: 'cost', head: say('endpoint.cost'), numeric: true, sort: ({ cost }) => cost, cell: ({ cost }) => <Money micros={cost} /> },
]

/** As it was looked at since the console was opened; what was before is not known, and where no call came there is a gap. */
const History = ({ page: { history, model } }: { readonly page: EndpointPage }) => {
  const say = useSay()
  const points = history.points.filter((point) => point.model === model)
  const answered = points.filter(({ answerMs }) => answerMs !== null)
  return (
    <Card title={say('endpoint.health')}>
      {answered.length === 0 ? (
        <p>
          {say('endpoint.no-health')} <Moment at={history.since} form="full" />
        </p>
      ) : (
        <LineChart
          label={say('endpoint.health')}
          summary={
            <>
              {say('endpoint.health-since', { since: formatMoment(history.since) })}{' '}
              <Duration length={answered.at(-1)?.answerMs ?? undefined} />
            </>
          }
          moments={points.map(({ at }) => at)}
          lines={[
            { label: say('endpoint.to-answer'), values: points.map(({ answerMs }) => answerMs ?? undefined) },
            { label: say('endpoint.to-first'), values: points.map(({ firstTokenMs }) => firstTokenMs ?? undefined) },
          ]}
          format={formatDuration}
          fromZero
        />
      )}
    </Card>
  )
}
