import type { Answer } from '../../../../src/http/console/contract/index.ts'
import type { ApiFailure } from '../../api/client.ts'
import { formatList } from '../../format.ts'
import { Button, Code, type Column, Failure, Note, Table } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import style from './facts.module.css'
import { nameOfMember } from './names.tsx'

type Preview = Answer<'POST /facts/preview'>
type Flip = Preview['flips'][number]

/** What a fact would change, in figures, before the button that changes it. */
export const FactEffect = ({
  preview,
  busy,
  failure,
  onSave,
}: {
  readonly preview: Preview
  readonly busy: boolean
  readonly failure: ApiFailure | null
  readonly onSave: () => void
}) => {
  const say = useSay()
  const { flips, flipsInAll, decisionsInAll, calls, powers, failures, rows, needs } = preview
  return (
    <section className={style.effect} aria-live="polite">
      <Note level={flipsInAll > 0 ? 'warning' : 'notice'} title={say('fact.flips', { count: flipsInAll, all: decisionsInAll })}>
        {say('fact.calls', { total: calls.total, refused: calls.refused, elsewhere: calls.elsewhere, answered: calls.answered })}
      </Note>
      {powers.length > 0 && (
        <ul>
          {powers.map(({ endpoint, model, power, gained, lost }) => (
            <li key={`${endpoint} ${model} ${power}`}>
              {say('fact.power', {
                target: `${endpoint}/${model}`,
                power: say(`power.${power}`),
                gained: gained.length === 0 ? '—' : formatList(gained.map((each) => nameOfMember(say, each))),
                lost: lost.length === 0 ? '—' : formatList(lost.map((each) => nameOfMember(say, each))),
              })}
            </li>
          ))}
        </ul>
      )}
      {flips.length > 0 && <Table caption={say('fact.flips-table')} columns={columnsOf(say)} rows={flips} keyOf={keyOf} />}
      {flipsInAll > flips.length && <p>{say('fact.more-flips', { count: flipsInAll - flips.length })}</p>}
      {failures.length > 0 && (
        <Note level="critical" title={say('fact.failures', { count: failures.length })}>
          <ul>
            {failures.map((message) => (
              <li key={message} dir="auto">
                {message}
              </li>
            ))}
          </ul>
        </Note>
      )}
      {rows.length > 0 && <Code language="yaml" text={rows.map((row) => `- ${row}`).join('\n')} label={say('fact.written')} />}
      {failure !== null && <Failure failure={failure} />}
      <p>
        <Button kind="danger" aria-disabled={busy} onClick={() => !busy && onSave()}>
          {needs > 1 ? say('fact.propose', { needs }) : say('fact.save')}
        </Button>
      </p>
    </section>
  )
}

const keyOf = ({ callers, dataClass, purpose, endpoint, model, permit }: Flip): string =>
  [callers.join(), dataClass, purpose, endpoint, model, permit].join(' ')

const columnsOf = (say: Say): readonly Column<Flip>[] => [
  {
    id: 'target',
    head: say('fact.flip-where'),
    cell: ({ endpoint, model }) => <bdi className={style.short}>{`${endpoint}/${model}`}</bdi>,
  },
  { id: 'class', head: say('fact.flip-class'), cell: ({ dataClass }) => <bdi className={style.short}>{dataClass}</bdi> },
  { id: 'purpose', head: say('fact.flip-purpose'), cell: ({ purpose }) => <bdi className={style.short}>{purpose}</bdi> },
  { id: 'callers', head: say('fact.flip-callers'), cell: ({ callers }) => <bdi>{formatList(callers)}</bdi> },
  {
    id: 'permit',
    head: say('fact.flip-outcome'),
    cell: ({ permit }) => <strong className={style.short}>{say(permit ? 'fact.now-permitted' : 'fact.now-refused')}</strong>,
  },
  {
    id: 'by',
    head: say('fact.flip-by'),
    cell: ({ by }) => <span dir="auto">{by.map(({ reason, id }) => (reason === '' ? id : reason)).join('; ')}</span>,
  },
]
