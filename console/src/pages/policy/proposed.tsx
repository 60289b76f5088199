import { useMay, useSession } from '../../api/session.tsx'
import { useAct } from '../../api/use.ts'
import { formatList } from '../../format.ts'
import { Button, Code, Disclosure, Failure, Moment, Note } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import type { Policy } from './matrix.ts'

/** Changes that wait for another person: who wants them, why, and what they say. */
export const Proposed = ({ policy }: { readonly policy: Policy }) =>
  policy.proposed.map((proposal) => <Proposal key={proposal.proposal} proposal={proposal} />)

const Proposal = ({ proposal }: { readonly proposal: Policy['proposed'][number] }) => {
  const say = useSay()
  const { person } = useSession()
  const mayApprove = useMay('approve') && !proposal.by.includes(person.name)
  const approve = useAct('POST /proposals/{id}/approval')
  const names = formatList(proposal.by)
  return (
    <Note
      level="warning"
      title={<Sentence id="policy.waits" values={{ people: names }} parts={[<bdi key="0" />]} />}
      {...(mayApprove
        ? { action: <Button onClick={() => approve.mutate({ path: { id: String(proposal.proposal) } })}>{say('policy.agree')}</Button> }
        : {})}
    >
      <p>
        <bdi>{proposal.reason}</bdi> · <Moment at={proposal.until} form="ago" />
      </p>
      {approve.error !== null && <Failure failure={approve.error} />}
      {proposal.changes.map(({ name, text }) => (
        <Disclosure key={name} summary={<bdi>{name}</bdi>}>
          <Code language="cedar" text={text} label={say('policy.editor', { name })} />
        </Disclosure>
      ))}
    </Note>
  )
}
