import { useEffect, useRef, useState } from 'react'
import { Name, Segmented } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Answer } from './answer.tsx'
import style from './chat.module.css'
import type { Choice, Conversation, Turn } from './conversation.ts'
import { Rating } from './rating.tsx'

type Props = { readonly conversation: Conversation; readonly choice: Choice; readonly lanes: readonly string[]; readonly blind: boolean }

/** What was asked and answered, oldest first. The end stays in sight while somebody is there to see it come. */
export const Turns = (props: Props) => {
  const say = useSay()
  const { turns, isRunning } = props.conversation
  const end = useRef<HTMLDivElement>(null)
  const last = turns
    .at(-1)
    ?.answers.map(({ text }) => text.length)
    .join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new word is what moves the end
  useEffect(() => {
    const box = end.current?.getBoundingClientRect()
    if (isRunning && box !== undefined && box.top < innerHeight * 1.5) end.current?.scrollIntoView({ block: 'nearest' })
  }, [last, isRunning])
  return (
    <div className={style.turns}>
      {turns.map((turn, index) => (
        // Turns are only ever added at the end.
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
        <TurnOf key={index} turn={turn} index={index} {...props} />
      ))}
      <p className="visually-hidden" role="status">
        {turns.length > 0 && !isRunning ? say('chat.answered') : ''}
      </p>
      <div ref={end} />
    </div>
  )
}

const TurnOf = ({ turn, index, conversation, choice, lanes, blind }: Props & { readonly turn: Turn; readonly index: number }) => {
  const say = useSay()
  const [shown, setShown] = useState('0')
  const isLast = index === conversation.turns.length - 1
  const several = turn.answers.length > 1
  const hidden = blind && turn.rated === undefined
  const canRate = several && turn.answers.every(({ state }) => state === 'ended')
  return (
    <article className={style.turn}>
      <div className={style.asked} dir="auto">
        <h2 className="visually-hidden">{say('chat.you-asked')}</h2>
        <p>{turn.question}</p>
        {turn.pictures.map((url, place) => (
          <img key={url} src={url} alt={say('chat.picture', { number: place + 1 })} />
        ))}
      </div>
      {several && (
        <div className={style.which}>
          <Segmented
            legend={say('chat.shown-answer')}
            choices={turn.answers.map((_, lane) => ({ value: String(lane), label: say('chat.answer-number', { number: lane + 1 }) }))}
            value={shown}
            onChange={setShown}
          />
        </div>
      )}
      <div className={style.columns} data-lanes={turn.answers.length}>
        {turn.answers.map((answered, lane) => (
          <section
            // biome-ignore lint/suspicious/noArrayIndexKey: the lane is the identity
            key={lane}
            className={style.column}
            data-shown={!several || shown === String(lane)}
            aria-label={say('chat.answer-number', { number: lane + 1 })}
          >
            {several && (
              <p className={style.heading}>
                {say('chat.answer-number', { number: lane + 1 })} {!hidden && <Name code>{lanes[lane] ?? ''}</Name>}
              </p>
            )}
            <Answer
              answered={answered}
              hidden={hidden}
              onAgain={isLast && !conversation.isRunning ? () => conversation.again(index, lane, choice, lanes[lane]) : undefined}
            />
          </section>
        ))}
      </div>
      {canRate && <Rating turn={turn} alias={choice.alias} blind={blind} onRated={(rated) => conversation.rate(index, rated)} />}
    </article>
  )
}
