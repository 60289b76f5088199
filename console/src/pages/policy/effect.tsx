import type { UseQueryResult } from '@tanstack/react-query'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import type { ApiFailure } from '../../api/client.ts'
import { Card, Failure, Note, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Problem } from './editor.tsx'
import style from './policy.module.css'

type Preview = Answer<'POST /policy/preview'>
type Difference = NonNullable<Preview['difference']>

/** What the changed text would change: mistakes, what the check finds, cells that flip, calls that would be decided otherwise. */
export const Effect = ({
  preview,
  isSettled,
  onGoTo,
}: {
  /** Undefined where nothing is changed. */
  readonly preview: UseQueryResult<Preview, ApiFailure> | undefined
  readonly isSettled: boolean
  readonly onGoTo: (problem: Problem) => void
}) => {
  const say = useSay()
  const data = preview?.data
  return (
    <Card title={say('policy.effect-title')} aside={preview !== undefined && !isSettled ? say('policy.checking') : undefined}>
      <div className={style.effect} data-settled={isSettled} aria-busy={!isSettled}>
        {preview === undefined && <p>{say('policy.unchanged')}</p>}
        {preview !== undefined && preview.error !== null && <Failure failure={preview.error} />}
        {data !== undefined && data.problems.length > 0 && <Problems problems={data.problems} onGoTo={onGoTo} />}
        {data?.checked !== undefined && data.checked.failures.length > 0 && (
          <Note level="critical" title={say('policy.cannot')}>
            <ul className={style.findings}>
              {data.checked.failures.map(({ message }) => (
                <li key={message}>
                  <bdi>{message}</bdi>
                </li>
              ))}
            </ul>
          </Note>
        )}
        {data?.difference !== undefined && <Changes difference={data.difference} />}
      </div>
    </Card>
  )
}

const Problems = ({ problems, onGoTo }: { readonly problems: Preview['problems']; readonly onGoTo: (problem: Problem) => void }) => {
  const say = useSay()
  return (
    <Note level="critical" title={say('policy.problems', { count: problems.length })}>
      <ul className={style.findings}>
        {problems.map(({ line, column = 1, message }) => (
          <li key={`${line} ${message}`}>
            {line !== undefined && (
              <button type="button" className={style.rule} onClick={() => onGoTo({ line, column, message })}>
                {say('policy.line', { line, column })}
              </button>
            )}{' '}
            <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </Note>
  )
}

const Changes = ({ difference: { flipped, redecided, flips, calls } }: { readonly difference: Difference }) => {
  const say = useSay()
  const { total, refused, elsewhere, answered } = calls
  return (
    <>
      <p className={style.verdict}>{say('policy.flips', { count: flipped })}</p>
      {redecided > 0 && <p className={style.help}>{say('policy.redecided', { count: redecided })}</p>}
      <ul className={style.sentences}>
        {refused > 0 && <li>{say('policy.would-refuse', { count: refused })}</li>}
        {elsewhere > 0 && <li>{say('policy.would-move', { count: elsewhere })}</li>}
        {answered > 0 && <li>{say('policy.would-answer', { count: answered })}</li>}
        {refused + elsewhere + answered === 0 && <li>{say('policy.calls-same', { count: total })}</li>}
      </ul>
      {flips.length > 0 && (
        <Table
          caption={say('policy.effect-title')}
          rows={flips}
          keyOf={(flip) => JSON.stringify(flip)}
          columns={[
            {
              id: 'cell',
              head: say('policy.cell-head'),
              cell: ({ dataClass, purpose, callers }) => (
                <>
                  <bdi>{dataClass}</bdi>, <bdi>{purpose}</bdi>
                  <span className={style.law}> {callers.join(', ')}</span>
                </>
              ),
            },
            { id: 'model', head: say('policy.endpoint'), cell: ({ endpoint, model }) => <bdi>{`${endpoint}/${model}`}</bdi> },
            { id: 'then', head: say('policy.then'), cell: ({ permit, by }) => <Then permit={permit} by={by} /> },
          ]}
        />
      )}
    </>
  )
}

const Then = ({ permit, by }: { readonly permit: boolean; readonly by: readonly string[] }) => {
  const say = useSay()
  return (
    <>
      <b>{say(permit ? 'policy.permitted' : 'policy.refused')}</b>{' '}
      <span className={style.law}>{by.length === 0 ? say('policy.rule-none') : by.join(', ')}</span>
    </>
  )
}
