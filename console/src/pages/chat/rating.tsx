import { useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { compareTexts, formatLanguage, formatNumber } from '../../format.ts'
import { Asked, Button, CheckField, Disclosure, Failure, Name, SelectField, Table } from '../../ui/index.ts'
import { LANGUAGES } from '../../words/languages.ts'
import { currentLanguage, useSay } from '../../words/words.tsx'
import style from './chat.module.css'
import type { Turn, Verdict } from './conversation.ts'

/** Which of these answers was best. Names are shown once it is said, where they were hidden. */
export const Rating = ({
  turn,
  alias,
  blind,
  onRated,
}: {
  readonly turn: Turn
  readonly alias: string
  readonly blind: boolean
  readonly onRated: (rated: Verdict) => void
}) => {
  const say = useSay()
  const act = useAct('POST /chat/ratings')
  const [keepsTexts, setKeeps] = useState(false)
  const [language, setLanguage] = useState<string>(currentLanguage())
  if (turn.rated !== undefined) return <p className={style.rated}>{ratedSentence(turn, say)}</p>
  const send = (rated: Verdict): void => {
    const answers = turn.answers.map(({ began, call }) => ({
      call: call ?? '',
      endpoint: began?.endpoint ?? '',
      model: began?.model ?? '',
    }))
    const texts = { question: turn.question, answers: turn.answers.map(({ text }) => text) }
    act.mutate(
      { body: { language, alias, blind, answers, ...rated, ...(keepsTexts ? { texts } : {}) } },
      { onSuccess: () => onRated(rated) },
    )
  }
  return (
    <fieldset className={style.rating}>
      <legend>{say('chat.which-is-best')}</legend>
      <div className={style.verdicts}>
        {turn.answers.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
          <Button key={index} onClick={() => send({ verdict: 'best', best: index })}>
            {say('chat.best-is', { number: index + 1 })}
          </Button>
        ))}
        <Button onClick={() => send({ verdict: 'same' })}>{say('chat.equally-good')}</Button>
        <Button onClick={() => send({ verdict: 'none' })}>{say('chat.none-good')}</Button>
      </div>
      <SelectField
        label={say('chat.rated-language')}
        value={language}
        onChange={({ target }) => setLanguage(target.value)}
        options={LANGUAGES.map((each) => ({ value: each, label: formatLanguage(each) }))}
      />
      <CheckField label={say('chat.keep-texts')} checked={keepsTexts} onChange={({ target }) => setKeeps(target.checked)} />
      {act.error !== null && <Failure failure={act.error} />}
    </fieldset>
  )
}

const ratedSentence = ({ rated, answers }: Turn, say: ReturnType<typeof useSay>): string => {
  if (rated?.verdict === 'same') return say('chat.rated-same')
  if (rated?.best === undefined) return say('chat.rated-none')
  return say('chat.rated-best', { number: rated.best + 1, endpoint: answers[rated.best]?.began?.endpoint ?? '' })
}

type Row = Answer<'GET /chat/ratings'>['rows'][number]
/** What was said of answers so far, by language. */
export const Ratings = () => {
  const say = useSay()
  const ratings = useAnswer('GET /chat/ratings', {})
  const count = ratings.data?.count ?? 0
  return (
    <Disclosure summary={say('chat.ratings', { count })}>
      <Asked query={ratings} isEmpty={({ rows }) => rows.length === 0} empty={<p>{say('chat.no-ratings')}</p>}>
        {({ rows }) => (
          <Table<Row>
            caption={say('chat.ratings-caption')}
            rows={[...rows].sort((one, other) => compareTexts(formatLanguage(one.language), formatLanguage(other.language)))}
            keyOf={({ language, endpoint, model }) => `${language} ${endpoint}/${model}`}
            columns={[
              { id: 'endpoint', head: say('chat.endpoint'), cell: ({ endpoint, model }) => <Name code>{`${endpoint}/${model}`}</Name> },
              { id: 'language', head: say('chat.language'), cell: ({ language }) => formatLanguage(language) },
              { id: 'best', head: say('chat.best'), numeric: true, cell: ({ best }) => formatNumber(best) },
              { id: 'same', head: say('chat.same'), numeric: true, cell: ({ same }) => formatNumber(same) },
              { id: 'worse', head: say('chat.worse'), numeric: true, cell: ({ worse }) => formatNumber(worse) },
            ]}
          />
        )}
      </Asked>
    </Disclosure>
  )
}
