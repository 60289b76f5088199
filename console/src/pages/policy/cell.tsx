import { useAnswer } from '../../api/use.ts'
import { formatNumber } from '../../format.ts'
import { Asked, Card, PlaceShape, PlaceWord, Table } from '../../ui/index.ts'
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
      <Table
        caption={say('policy.matrix')}
        rows={decided}
        keyOf={({ endpoint, model }) => `${endpoint}/${model}`}
        columns={[
          { id: 'model', head: say('policy.endpoint'), cell: (row) => <bdi>{`${row.endpoint}/${row.model}`}</bdi> },
          {
            id: 'place',
            head: say('policy.readers'),
            cell: ({ place }) => (
              <span className={style.sign}>
                <PlaceShape place={place} /> <PlaceWord place={place} />
              </span>
            ),
          },
          { id: 'verdict', head: say('policy.verdict'), cell: ({ permit }) => say(permit ? 'policy.permitted' : 'policy.refused') },
          { id: 'why', head: say('policy.why'), cell: (row) => <Why row={row} policy={policy} look={look} /> },
          {
            id: 'calls',
            head: say('policy.calls'),
            numeric: true,
            cell: (row) => (calls.data === undefined ? '—' : formatNumber(answered(row))),
          },
        ]}
      />
      <div className={style.below}>
        <Asked query={calls}>{(data) => <Unanswered count={sumOf(data.calls.filter(({ route }) => route === null))} />}</Asked>
      </div>
    </Card>
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
