import { useParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { formatMomentFully, formatNumber } from '../../format.ts'
import { Asked, Badge, Card, Duration, Facts, Hash, Money, Name, Note, PageHead, Place, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { useFarthest } from '../calls/places.ts'
import style from './call.module.css'
import { PowersOver } from './powers.tsx'
import { Receipt } from './receipt.tsx'
import type { Call as CallAnswer } from './steps.ts'
import { Timeline } from './timeline.tsx'
import { Why } from './why.tsx'

/** One call: what became of it, who had power over it, why it was allowed, and the proof of all that. */
export const Call = () => {
  const { call = '' } = useParams<{ call: string }>()
  const answer = useAnswer('GET /calls/{call}', { path: { call } }, { topics: ['calls'], keepsPrevious: true })
  return (
    <Asked query={answer}>
      {(data) => (
        <Stack>
          <Head call={data} />
          <div className={style.sides}>
            <div className={style.panel}>
              <Receipt call={data.call} />
              <PowersOver call={data} />
            </div>
            <Stack>
              <Overview call={data} />
              <Remarks call={data} />
              <Timeline call={data} />
              <Why call={data} />
              <Details call={data} />
            </Stack>
          </div>
        </Stack>
      )}
    </Asked>
  )
}

const Head = ({ call: { call, arrived, row, ended, simulated, drill } }: { readonly call: CallAnswer }) => {
  const say = useSay()
  const values = { application: row.application, endpoint: row.endpoint ?? '', alias: row.alias }
  const lead =
    ended === null
      ? 'call.lead-running'
      : row.outcome === 'refused'
        ? 'call.lead-refused'
        : row.outcome === 'failed'
          ? 'call.lead-failed'
          : 'call.lead'
  return (
    <PageHead
      size="title"
      lead={say(lead, values)}
      support={
        <>
          <Hash text={call} whole /> {formatMomentFully(arrived, true)} {simulated && <Badge dashed>{say('call.simulated')}</Badge>}{' '}
          {drill !== null && <Badge dashed>{say('call.drill', { drill })}</Badge>}
        </>
      }
    />
  )
}

const Overview = ({ call: { row } }: { readonly call: CallAnswer }) => {
  const say = useSay()
  const farthestOf = useFarthest()
  const isRefused = row.outcome === 'refused'
  const figures = [
    { name: say('call.answered-in'), value: row.place === null ? '—' : <Place country={farthestOf(row)} form="bare" word /> },
    { name: say('call.class'), value: <Name>{row.class}</Name> },
    { name: say('call.purpose'), value: <Name>{row.purpose}</Name> },
    {
      name: say('call.took-cost'),
      value: isRefused ? (
        '—'
      ) : (
        <>
          <Duration length={row.took} /> · <Money micros={row.cost} />
        </>
      ),
    },
  ]
  return (
    <dl className={style.overview}>
      {figures.map(({ name, value }) => (
        <div key={name} className={style.cell}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What a reader must know before the rest: what was erased, altered, or is not known. */
const Remarks = ({ call: { erased, warnings, moreWarnings, observed } }: { readonly call: CallAnswer }) => {
  const say = useSay()
  return (
    <>
      {erased && <Note title={say('call.erased')}>{say('call.erased-help')}</Note>}
      {observed?.verdict === 'contradicts' && (
        <Note level="critical" title={say('call.contradicted')}>
          <bdi>{observed.place}</bdi>
        </Note>
      )}
      {warnings.length > 0 && (
        <Note level="warning" title={say('call.warnings', { count: warnings.length + moreWarnings })}>
          <ul>
            {warnings.map(({ path, kind, weight }) => (
              <li key={`${path} ${kind}`}>
                <bdi dir="ltr">{`${path}: ${kind} (${weight})`}</bdi>
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  )
}

const Details = ({ call }: { readonly call: CallAnswer }) => {
  const say = useSay()
  const { row, stream, entry, commitments, keeping, law, estimated, dialect, erased } = call
  const commitment = (text: string | null) => (text === null ? '—' : <Hash text={text} />)
  return (
    <Card title={say('call.details')}>
      <Facts
        facts={[
          { name: say('call.asked'), value: <Name>{`${row.tenant}/${row.application}`}</Name> },
          { name: say('call.alias'), value: <Name>{row.alias}</Name> },
          { name: say('call.key'), value: <Name code>{row.key}</Name> },
          { name: say('call.answered-by'), value: row.endpoint === null ? '—' : <Name>{`${row.endpoint}/${row.model ?? ''}`}</Name> },
          {
            name: say('call.tokens'),
            value: `${say('call.tokens-value', { input: row.input, output: row.output })}${estimated ? ` (${say('call.estimated')})` : ''}`,
          },
          { name: say('call.status'), value: row.status === 0 ? '—' : <bdi>{`${row.status} ${call.end ?? ''}`}</bdi> },
          ...(dialect === null ? [] : [{ name: say('call.dialect'), value: <Name code>{dialect}</Name> }]),
          {
            name: say('call.log'),
            value: entry === null ? '—' : say('call.log-value', { entry: formatNumber(entry), n: formatNumber(stream.n) }),
          },
          { name: say('call.policy'), value: <Hash text={law.policy} /> },
          { name: say('call.facts'), value: <Hash text={law.facts} /> },
          { name: say('call.request'), value: commitment(commitments.request) },
          { name: say('call.response'), value: commitment(commitments.response) },
          ...(commitments.subject === null ? [] : [{ name: say('call.subject'), value: commitment(commitments.subject) }]),
        ]}
      />
      <p>{say(erased ? 'call.content-erased' : keeping === 'never' ? 'call.no-content' : 'call.no-content-here')}</p>
    </Card>
  )
}
