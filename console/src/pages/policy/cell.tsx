import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatList, formatNumber } from '../../format.ts'
import { Asked, Card, PlaceShape } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import type { Cell, Decided, Policy } from './matrix.ts'
import style from './policy.module.css'
import type { SetPolicySearch } from './policy.tsx'

type Props = { readonly policy: Policy; readonly application: string; readonly cell: Cell; readonly look: SetPolicySearch }

/** The chosen cell: which models may answer, which rule says so of each, and what was really asked. */
export const CellCard = ({ policy, application, cell, look }: Props) => {
  const say = useSay()
  const { dataClass, purpose, decided } = cell
  const query = { application, dataClass, purpose }
  const calls = useAnswer('GET /policy/calls', { query }, { topics: ['calls'], keepsPrevious: true })
  const answered = (row: Decided): number =>
    calls.data?.calls.filter(({ route }) => route === `${row.endpoint}/${row.model}`).reduce((sum, each) => sum + each.calls, 0) ?? 0
  return (
    <Card
      flush
      title={<Sentence id="policy.cell-title" values={{ class: dataClass, purpose }} parts={[<bdi key="0" />, <bdi key="1" />]} />}
      aside={say('policy.cell-counts', { permitted: decided.filter(({ permit }) => permit).length, total: decided.length })}
    >
      <ul className={style.decided}>
        {decided.map((row) => (
          <li key={`${row.endpoint}/${row.model}`} data-model={`${row.endpoint}/${row.model}`}>
            <p className={style.model}>
              <b>
                <bdi>{`${row.endpoint}/${row.model}`}</bdi>
              </b>
              <span>{say(row.permit ? 'policy.permitted' : 'policy.refused')}</span>
              <Readers policy={policy} row={row} />
              <span>{calls.data === undefined ? '—' : say('policy.calls', { count: answered(row) })}</span>
            </p>
            <Why row={row} policy={policy} look={look} />
          </li>
        ))}
      </ul>
      <div className={style.below}>
        <Asked query={calls}>{(data) => <Unanswered count={sumOf(data.calls.filter(({ route }) => route === null))} />}</Asked>
      </div>
    </Card>
  )
}

const MOST_READERS = 3
/** Who could read what passes there, by country. */
const Readers = ({ policy, row }: { readonly policy: Policy; readonly row: Decided }) => {
  const say = useSay()
  const see = policy.endpoints.find(({ endpoint, model }) => endpoint === row.endpoint && model === row.model)?.see ?? []
  const names = see.slice(0, MOST_READERS).map((country) => (country === 'unknown' ? say('place.unknown') : formatCountry(country)))
  const more = see.length > MOST_READERS ? [`+${formatNumber(see.length - MOST_READERS)}`] : []
  return (
    <span className={style.sign} title={see.join(' ')}>
      <PlaceShape place={row.place} /> {say('policy.readers', { places: formatList([...names, ...more]) })}
    </span>
  )
}

const sumOf = (rows: readonly { readonly calls: number }[]): number => rows.reduce((sum, { calls }) => sum + calls, 0)

const Unanswered = ({ count }: { readonly count: number }) => <p className={style.help}>{useSay()('policy.calls-refused', { count })}</p>

const Why = ({ row, policy, look }: { readonly row: Decided; readonly policy: Policy; readonly look: SetPolicySearch }) => {
  const say = useSay()
  const rules = policy.rules.filter(({ id }) => row.by.includes(id))
  if (rules.length === 0) return <>{say('policy.rule-none')}</>
  return (
    <ul className={style.reasons}>
      {rules.map(({ id, reason, effect, obligations }) => (
        <li key={id}>
          <button type="button" className={style.rule} onClick={() => look({ rule: id })}>
            {id}
          </button>{' '}
          <bdi>{reason}</bdi>
          {!row.permit && effect === 'permit' && obligations.length > 0 && (
            <> {say('policy.obligation-open', { obligations: obligations.join(', ') })}</>
          )}
        </li>
      ))}
    </ul>
  )
}
