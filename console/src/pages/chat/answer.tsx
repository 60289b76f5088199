import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge, Button, CopyButton, Disclosure, Duration, LinkButton, Money, Name, Note, Place } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './chat.module.css'
import type { Answered } from './conversation.ts'
import { Markdown } from './markdown.tsx'

/** One answer, and below it who gave it, where, for how much, and its receipt. `hidden`: names are kept back until it is rated. */
export const Answer = ({
  answered,
  hidden = false,
  onAgain,
}: {
  readonly answered: Answered
  readonly hidden?: boolean
  readonly onAgain?: (() => void) | undefined
}) => {
  const say = useSay()
  const { state, text, reasoning, tools } = answered
  return (
    <div className={style.answer} aria-busy={state === 'asked'}>
      {reasoning !== '' && (
        <Disclosure summary={say('chat.reasoning')}>
          <p className={style.reasoning} dir="auto">
            {reasoning}
          </p>
        </Disclosure>
      )}
      {text !== '' && <Markdown text={text} />}
      {tools.map((tool, index) => (
        // Tools are only ever added at the end.
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
        <div key={index} className={style.tool}>
          <span>{say('chat.tool')}</span> <Name code>{tool.name}</Name>
          <pre dir="ltr">{tool.arguments}</pre>
        </div>
      ))}
      {state === 'asked' && text === '' && <p className={style.waiting}>{say('chat.waiting')}</p>}
      <Ending answered={answered} />
      <Foot answered={answered} hidden={hidden} onAgain={onAgain} />
    </div>
  )
}

const Ending = ({ answered: { state, problem, ended } }: { readonly answered: Answered }): ReactNode => {
  const say = useSay()
  const why = problem === undefined || problem === '' ? undefined : <bdi>{problem}</bdi>
  if (state === 'refused') return <Note title={say('chat.refused')}>{why}</Note>
  if (state === 'broke')
    return (
      <Note level="warning" title={say('chat.broke')}>
        {why}
      </Note>
    )
  if (state === 'stopped') return <p className={style.waiting}>{say('chat.stopped')}</p>
  if (ended?.finish === 'length') return <p className={style.waiting}>{say('chat.cut-short')}</p>
  return null
}

const Foot = ({
  answered,
  hidden,
  onAgain,
}: {
  readonly answered: Answered
  readonly hidden: boolean
  readonly onAgain?: (() => void) | undefined
}) => {
  const say = useSay()
  const { state, began, ended, asked, firstWord, over, text, call } = answered
  if (state === 'asked') return null
  return (
    <footer className={style.foot}>
      {began !== undefined && !hidden && (
        <>
          <Place country={began.country ?? undefined} />
          <Name code>{began.model === null ? began.endpoint : `${began.endpoint}/${began.model}`}</Name>
          {began.simulated && <Badge dashed>{say('chat.simulated')}</Badge>}
        </>
      )}
      {firstWord !== undefined && (
        <span>
          {say('chat.first-word')} <Duration length={firstWord - asked} />
        </span>
      )}
      {over !== undefined && (
        <span>
          {say('chat.took')} <Duration length={over - asked} />
        </span>
      )}
      {ended?.cost !== undefined && ended.cost !== null && !hidden && <Money micros={ended.cost} />}
      {began !== undefined && began.warnings !== '' && !hidden && <span dir="ltr">{began.warnings}</span>}
      <span className={style.push} />
      {text !== '' && <CopyButton text={text} kind="quiet" iconOnly />}
      {call !== undefined && call !== '' && !hidden && (
        <LinkButton kind="quiet" href={`/calls/${call}`}>
          {say('chat.receipt')}
        </LinkButton>
      )}
      {onAgain !== undefined && (
        <Button kind="quiet" icon={<RotateCcw />} onClick={onAgain}>
          {say('chat.again')}
        </Button>
      )}
    </footer>
  )
}
