import { useMemo } from 'react'
import { useSay } from '../words/words.tsx'
import style from './code.module.css'
import { type CodeLanguage, tokenize } from './tokenize.ts'

/** Text for reading exactly: policies, configuration, receipts. `marks`: lines (from 1) that decided. Scrolls in its own box. */
export const Code = ({
  language,
  text,
  marks = [],
  label,
  numbered = false,
}: {
  readonly language: CodeLanguage
  readonly text: string
  readonly marks?: readonly number[]
  /** What it is, for whoever does not see it. */
  readonly label?: string
  readonly numbered?: boolean
}) => {
  const say = useSay()
  const lines = useMemo(
    () =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => tokenize(line, language)),
    [text, language],
  )
  return (
    // What scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus
    <section className={style.box} tabIndex={0} aria-label={label ?? say('ui.code')} dir="ltr">
      <pre className={style.code}>
        {lines.map((tokens, index) => {
          const number = index + 1
          const isMarked = marks.includes(number)
          return (
            <span key={number} className={`${style.line} ${isMarked ? style.marked : ''}`}>
              {numbered && <span className={style.number} data-line={number} aria-hidden="true" />}
              {isMarked && <mark className="visually-hidden">{say('ui.deciding-line')} </mark>}
              {tokens.map(({ kind, text: part }, place) => (
                // Tokens of a line never change places.
                // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
                <span key={place} className={style[kind]}>
                  {part}
                </span>
              ))}
              {'\n'}
            </span>
          )
        })}
      </pre>
    </section>
  )
}
