import { History as HistoryIcon, PencilLine, Scale } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay, useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatDay } from '../../format.ts'
import { type SearchOf, type SetSearch, useSearchOf } from '../../search.ts'
import { Asked, Button, Columns, Note, PageHead, Stack } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import { CellCard } from './cell.tsx'
import { History } from './history.tsx'
import { type Cell, cellsOf, homeward, type Policy as PolicyAnswer, placesOf, targetsOf } from './matrix.ts'
import { MatrixCard } from './matrix-card.tsx'
import { Proposed } from './proposed.tsx'
import { Done } from './put-in-force.tsx'
import { RulesCard } from './rules.tsx'
import { TextCard } from './text.tsx'
import { Try } from './try.tsx'

const Edit = lazy(async () => ({ default: (await import('./edit.tsx')).Edit }))

const search = v.object({
  view: v.optional(v.picklist(['edit', 'history', 'try'])),
  application: v.optional(v.string()),
  alias: v.optional(v.string()),
  class: v.optional(v.string()),
  purpose: v.optional(v.string()),
  rule: v.optional(v.string()),
  text: v.optional(v.string()),
  version: v.optional(v.string()),
})
export type PolicySearch = SearchOf<typeof search>
export type SetPolicySearch = SetSearch<typeof search>

/** Policy: which data may go where, which rule says so, and how to change that. */
export const Policy = () => {
  const say = useSay()
  const policy = useAnswer('GET /policy', {}, { topics: ['policy', 'facts', 'proposals'] })
  const [looked, look] = useSearchOf(search)
  const [done, setDone] = useState<Answer<'PUT /policy'>>()
  const onDone = (enforced: Answer<'PUT /policy'>): void => {
    setDone(enforced)
    look({ view: undefined, text: undefined, version: undefined })
  }
  return (
    <>
      <PageHead
        lead={policy.data === undefined ? say('page.policy') : <Lead policy={policy.data} />}
        support={policy.data && <Support policy={policy.data} />}
        actions={<Actions view={looked.view} look={look} />}
      />
      <Asked query={policy}>
        {(data) => (
          <Stack>
            {done !== undefined && <Done done={done} />}
            <Proposed policy={data} />
            {looked.view === 'edit' && (
              <Suspense>
                <Edit policy={data} looked={looked} look={look} onDone={onDone} />
              </Suspense>
            )}
            {looked.view === 'history' && <History policy={data} looked={looked} look={look} onDone={onDone} />}
            {(looked.view === undefined || looked.view === 'try') && <InForce policy={data} looked={looked} look={look} />}
            {looked.view === 'try' && <Try policy={data} looked={looked} onClose={() => look({ view: undefined })} />}
          </Stack>
        )}
      </Asked>
    </>
  )
}

const Lead = ({ policy }: { readonly policy: PolicyAnswer }) => {
  const { exchange } = useSession()
  const { from, all, top, purposes } = homeward(policy, exchange)
  if (all) return <Sentence id="policy.lead-none" />
  if (from !== undefined) return <Sentence id="policy.lead-from" values={{ class: from }} parts={[<bdi key="0" />]} />
  return <Sentence id="policy.lead-top" values={{ class: top, count: purposes }} parts={[<bdi key="0" />]} />
}

const Support = ({ policy }: { readonly policy: PolicyAnswer }) => {
  const say = useSay()
  const { rules, enumerated, day } = policy
  return <>{say('policy.support', { rules: rules.length, questions: enumerated.questions, day: formatDay(day) })}</>
}

const Actions = ({ view, look }: { readonly view: PolicySearch['view']; readonly look: SetPolicySearch }) => {
  const say = useSay()
  const [governs, audits] = [useMay('govern'), useMay('audit')]
  if (view === 'edit' || view === 'history')
    return <Button onClick={() => look({ view: undefined, version: undefined })}>{say('policy.back')}</Button>
  return (
    <>
      <Button icon={<Scale />} onClick={() => look({ view: 'try' })}>
        {say('policy.try')}
      </Button>
      {audits && (
        <Button icon={<HistoryIcon />} onClick={() => look({ view: 'history' })}>
          {say('policy.history')}
        </Button>
      )}
      {governs && (
        <Button kind="primary" icon={<PencilLine />} onClick={() => look({ view: 'edit' })}>
          {say('policy.edit')}
        </Button>
      )}
    </>
  )
}

export type View = { readonly policy: PolicyAnswer; readonly looked: PolicySearch; readonly look: SetPolicySearch }
/** A view that can put a policy in force: what came of it is the page’s to show. */
export type Changing = View & { readonly onDone: (done: Answer<'PUT /policy'>) => void }

const InForce = ({ policy, looked, look }: View) => {
  const { exchange } = useSession()
  const application = policy.callers.find(({ name }) => name === looked.application)?.name ?? policy.callers[0]?.name ?? ''
  const cells = cellsOf(policy.matrices, placesOf(exchange, policy), application, targetsOf(policy, application, looked.alias))
  const chosen = cells.find(({ dataClass, purpose }) => dataClass === looked.class && purpose === looked.purpose)
  // What is pointed at shows its rules for as long as it is; what was chosen keeps them.
  const [pointed, point] = useState<Cell>()
  const rules = pointed !== undefined ? rulesOf(pointed) : looked.rule === undefined ? rulesOf(chosen) : [looked.rule]
  return (
    <>
      <Failures policy={policy} />
      <Columns>
        <Stack>
          <MatrixCard policy={policy} looked={looked} look={look} application={application} cells={cells} onPoint={point} />
          {chosen !== undefined && <CellCard policy={policy} application={application} cell={chosen} look={look} />}
        </Stack>
        <TextCard policy={policy} rules={rules} looked={looked} look={look} />
      </Columns>
      <RulesCard policy={policy} chosen={looked.rule} look={look} />
    </>
  )
}

const rulesOf = (cell: Cell | undefined): readonly string[] => [...new Set(cell?.decided.flatMap(({ by }) => by) ?? [])]

const Failures = ({ policy: { failures } }: { readonly policy: PolicyAnswer }) => {
  const say = useSay()
  if (failures.length === 0) return null
  return (
    <Note level="critical" title={say('policy.failures', { count: failures.length })}>
      <ul>
        {failures.map(({ message }) => (
          <li key={message}>
            <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </Note>
  )
}
