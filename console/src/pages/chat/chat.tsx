import { MessageSquarePlus } from 'lucide-react'
import { useState } from 'react'
import * as v from 'valibot'
import type { Answer as AnswerTo } from '../../../../src/http/console/contract/index.ts'
import { useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatCountry } from '../../format.ts'
import { listInUrl, useSearchOf } from '../../search.ts'
import { Asked, Button, Card, CheckField, Empty, PageHead, SelectField, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './chat.module.css'
import { Composer } from './composer.tsx'
import { type Choice, useConversation } from './conversation.ts'
import { Lanes } from './lanes.tsx'
import { NobodyMay, SendsTo } from './plan.tsx'
import { Ratings } from './rating.tsx'
import { Turns } from './turns.tsx'

const SEARCH = v.object({
  application: v.optional(v.string()),
  alias: v.optional(v.string()),
  class: v.optional(v.string()),
  purpose: v.optional(v.string()),
  /** `endpoint/model` each; none is the whole plan. */
  to: v.optional(listInUrl, ''),
})

/** Tries an alias, or compares endpoints beside each other. */
export const Chat = () => (
  <Asked query={useAnswer('GET /chat', {}, { topics: ['policy', 'facts'] })}>{(there) => <Room there={there} />}</Asked>
)

type There = AnswerTo<'GET /chat'>
const Room = ({ there }: { readonly there: There }) => {
  const say = useSay()
  const { exchange } = useSession()
  const [search, setSearch] = useSearchOf(SEARCH)
  const conversation = useConversation()
  const [blind, setBlind] = useState(false)
  const application = there.applications.find(({ name }) => name === search.application) ?? there.applications[0]
  const aliases = there.aliases.filter(({ name }) => application?.aliases.includes(name))
  const alias = aliases.find(({ name }) => name === search.alias) ?? aliases[0]
  if (application === undefined || alias === undefined)
    return (
      <>
        <PageHead lead={say('page.chat')} size="title" />
        <Empty>{say('chat.nothing-there')}</Empty>
      </>
    )
  const floor = exchange.dataClasses.indexOf(application.dataClassFloor)
  const classes = exchange.dataClasses.slice(Math.max(0, floor))
  const choice: Choice = {
    application: application.name,
    alias: alias.name,
    dataClass: classes.find((each) => each === search.class) ?? classes[0] ?? '',
    purpose: application.purposes.find((each) => each === search.purpose) ?? application.purposes[0] ?? '',
  }
  const lanes = search.to.filter((name) => alias.targets.some(({ endpoint, model }) => `${endpoint}/${model}` === name))
  /** What is asked of other endpoints is another conversation. */
  const elsewhere = (patch: Parameters<typeof setSearch>[0]): void => {
    conversation.clear()
    setSearch(patch, { replace: true })
  }
  return (
    <Stack>
      <Head choice={choice} lanes={lanes} onNew={conversation.clear} hasTurns={conversation.turns.length > 0} />
      <Card>
        <div className={style.choices}>
          <SelectField
            label={say('chat.alias')}
            value={choice.alias}
            onChange={({ target }) => elsewhere({ alias: target.value, to: [] })}
            options={aliases.map(({ name }) => ({ value: name, label: name }))}
          />
          <SelectField
            label={say('chat.data-class')}
            value={choice.dataClass}
            onChange={({ target }) => setSearch({ class: target.value }, { replace: true })}
            options={classes.map((each) => ({ value: each, label: each }))}
          />
          <SelectField
            label={say('chat.purpose')}
            value={choice.purpose}
            onChange={({ target }) => setSearch({ purpose: target.value }, { replace: true })}
            options={application.purposes.map((each) => ({ value: each, label: each }))}
          />
          <SelectField
            label={say('chat.application')}
            value={choice.application}
            onChange={({ target }) => elsewhere({ application: target.value })}
            options={there.applications.map(({ name }) => ({ value: name, label: name }))}
          />
        </div>
        <Lanes targets={alias.targets} chosen={lanes} onChange={(to) => elsewhere({ to: [...to] })} />
        {lanes.length > 1 && (
          <CheckField
            label={say('chat.blind')}
            help={say('chat.blind-help')}
            checked={blind}
            onChange={({ target }) => setBlind(target.checked)}
          />
        )}
      </Card>
      <NobodyMay choice={choice} lanes={lanes} />
      <Turns conversation={conversation} choice={choice} lanes={lanes} blind={blind && lanes.length > 1} />
      <Composer
        sendsTo={<SendsTo choice={choice} lanes={lanes} hidden={blind && lanes.length > 1} />}
        canSend
        isRunning={conversation.isRunning}
        onSend={(question, pictures) => conversation.ask(question, pictures, choice, lanes.length === 0 ? [undefined] : lanes)}
        onStop={conversation.stop}
      />
      <p className={style.note}>{say('chat.kept-nowhere')}</p>
      <Ratings />
    </Stack>
  )
}

/** Who would answer, in a sentence. */
const Head = ({
  choice,
  lanes,
  hasTurns,
  onNew,
}: {
  readonly choice: Choice
  readonly lanes: readonly string[]
  readonly hasTurns: boolean
  readonly onNew: () => void
}) => {
  const say = useSay()
  const plan = useAnswer('POST /chat/plan', { body: choice }, { topics: ['policy', 'facts', 'cuts'], keepsPrevious: true })
  const [first] = plan.data?.steps ?? []
  const lead =
    lanes.length > 1
      ? say('chat.lead-compare', { count: lanes.length, alias: choice.alias })
      : plan.data === undefined
        ? say('page.chat')
        : first === undefined
          ? say('chat.lead-nobody', { alias: choice.alias, class: choice.dataClass })
          : say(`chat.lead-${first.place}`, { alias: choice.alias, country: formatCountry(first.country ?? ''), class: choice.dataClass })
  const again = (
    <Button icon={<MessageSquarePlus />} onClick={onNew}>
      {say('chat.new')}
    </Button>
  )
  return <PageHead lead={lead} {...(hasTurns ? { actions: again } : {})} />
}
