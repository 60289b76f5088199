import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay, useSession } from '../../api/session.tsx'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatList } from '../../format.ts'
import { Button, Card, Failure, Moment, Name, Note } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { SecretOnce } from './change.tsx'
import style from './people.module.css'

type Waiting = Answer<'GET /proposals'>[number]

/** What others ordered, and what one’s own orders wait for. Nothing where nothing waits. */
export const Proposals = () => {
  const say = useSay()
  const { data = [] } = useAnswer('GET /proposals', {}, { topics: ['proposals'] })
  const approve = useAct('POST /proposals/{id}/approval')
  const given = approve.data
  const secret = given !== undefined && 'approved' in given ? (given.secret ?? given.code) : undefined
  if (data.length === 0 && given === undefined && approve.error === null) return null
  return (
    <Card title={say('people.proposals', { count: data.length })}>
      {approve.error !== null && <Failure failure={approve.error} />}
      {given !== undefined && <Note live title={say('approved' in given ? 'people.proposal-done' : 'people.proposal-agreed')} />}
      {secret !== undefined && <SecretOnce secret={secret} />}
      <ul className={style.proposals}>
        {data.map((waiting) => (
          <Proposal key={waiting.proposal} waiting={waiting} onApprove={() => approve.mutate({ path: { id: String(waiting.proposal) } })} />
        ))}
      </ul>
    </Card>
  )
}

const Proposal = ({ waiting, onApprove }: { readonly waiting: Waiting; readonly onApprove: () => void }) => {
  const say = useSay()
  const { person } = useSession()
  const isMine = waiting.by.includes(person.name)
  const mayApprove = useMay('approve') && !isMine
  const { what, reason, by, needs, until } = waiting
  return (
    <li className={style.proposal}>
      <div>
        <Name code>{what}</Name>
        {reason !== '' && (
          <p dir="auto" className={style.support}>
            {reason}
          </p>
        )}
        <p className={style.support}>
          {by.length === 0 ? say('people.nobody-agreed') : say('people.agreed', { names: formatList(by) })}{' '}
          {say('people.waits-for', { count: needs - by.length })} <Moment at={until} />
        </p>
      </div>
      {mayApprove ? (
        <Button kind="primary" onClick={onApprove} aria-label={`${say('people.approve')}: ${what}`}>
          {say('people.approve')}
        </Button>
      ) : (
        isMine && <span className={style.support}>{say('people.you-agreed')}</span>
      )}
    </li>
  )
}
