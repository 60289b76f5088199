import { Check, CircleDashed, Clock, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatMomentFully, formatNumber } from '../format.ts'
import { Disclosure } from '../ui/choice.tsx'
import { Note } from '../ui/severity.tsx'
import { useSay } from '../words/words.tsx'
import type { CheckState, Finding, FindingState } from './check.ts'
import style from './verdict.module.css'

const FACES: Readonly<Record<FindingState, { readonly tone: 'good' | 'bad' | 'waits'; readonly icon: ReactNode }>> = {
  genuine: { tone: 'good', icon: <Check /> },
  'few-witnesses': { tone: 'waits', icon: <Clock /> },
  promise: { tone: 'waits', icon: <Clock /> },
  unchecked: { tone: 'waits', icon: <CircleDashed /> },
  unusable: { tone: 'waits', icon: <CircleDashed /> },
  altered: { tone: 'bad', icon: <X /> },
  'wrong-key': { tone: 'bad', icon: <X /> },
  damaged: { tone: 'bad', icon: <X /> },
}
const MARKS: Readonly<Record<CheckState, ReactNode>> = { held: <Check />, failed: <X />, open: <CircleDashed /> }

/** What a receipt turned out to be: the verdict, the four checks by which it came about, and what it proves and does not. */
export const ReceiptVerdict = ({ finding, actions }: { readonly finding: Finding; readonly actions?: ReactNode }) => {
  const say = useSay()
  const { state, took, by, place, witnesses, verdict } = finding
  const { tone, icon } = FACES[state]
  const index = formatNumber(place?.index ?? 0)
  const values = {
    index,
    seen: witnesses.seen,
    given: witnesses.given,
    until: place?.until === undefined ? '' : formatMomentFully(place.until, true),
  }
  return (
    <div className={style.verdict}>
      <div className={style.head} role="status">
        <span className={`${style.disc} ${tone === 'good' ? '' : style[tone]}`} aria-hidden="true">
          {icon}
        </span>
        <div>
          <p className={style.title}>{say(`receipt.${state}`)}</p>
          <p className={style.how}>
            {say(by === 'browser' ? 'receipt.checked-by-browser' : 'receipt.checked-by-page', {
              ms: formatNumber(took, { maximumFractionDigits: 1 }),
            })}
          </p>
        </div>
      </div>
      {state !== 'genuine' && <Note level={tone === 'bad' ? 'critical' : 'warning'}>{say(`receipt.${state}-help`, values)}</Note>}
      {by === 'page' && <Note>{say('receipt.no-webcrypto')}</Note>}
      {verdict.kind !== 'unusable' && <Checks finding={finding} />}
      {place?.root !== undefined && (
        <div>
          <p className={style.caption}>{say('receipt.root')}</p>
          <p className={style.root} dir="ltr">
            {place.root}
          </p>
        </div>
      )}
      {actions}
      {verdict.valid && <Meaning finding={finding} />}
      {verdict.reasons.length > 0 && (
        <Disclosure summary={say('receipt.word-for-word')}>
          <ul className={style.words} lang="en" dir="ltr">
            {verdict.reasons.map(({ sentence }) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Disclosure>
      )}
    </div>
  )
}

const Checks = ({ finding: { checks, place, witnesses, state } }: { readonly finding: Finding }) => {
  const say = useSay()
  const origin = place?.origin ?? ''
  /** What is promised is no entry yet, and what is signed of it is no root. */
  const titleOf = (name: keyof Finding['checks']): string => {
    if (state !== 'promise' || (name !== 'entry' && name !== 'signed')) return say(`receipt.${name}-${checks[name]}`)
    return say(name === 'entry' ? 'receipt.entry-open' : 'receipt.signed-promise')
  }
  const details: Readonly<Record<keyof Finding['checks'], string>> = {
    file: say('receipt.file-detail'),
    entry:
      place?.size === undefined
        ? say('receipt.entry-promised', { index: formatNumber(place?.index ?? 0) })
        : say('receipt.entry-detail', { index: formatNumber(place.index), size: formatNumber(place.size), steps: place.steps }),
    signed: say('receipt.signed-detail', { origin }),
    witnessed:
      witnesses.given === 0 ? say('receipt.no-witness') : say('receipt.witnessed-detail', { seen: witnesses.seen, given: witnesses.given }),
  }
  return (
    <ul className={style.checks}>
      {(['file', 'entry', 'signed', 'witnessed'] as const).map((name) => (
        <li key={name} className={style[checks[name]]}>
          <span aria-hidden="true">{MARKS[checks[name]]}</span>
          <div>
            <p>{titleOf(name)}</p>
            <p className={style.detail}>
              <bdi>{details[name]}</bdi>
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

/** In words of this page: the verifier’s own, which name everything exactly, stand below. */
const Meaning = ({ finding: { place, witnesses } }: { readonly finding: Finding }) => {
  const say = useSay()
  const origin = place?.origin ?? ''
  return (
    <Disclosure summary={say('receipt.meaning')}>
      <p className={style.caption}>{say('receipt.proves')}</p>
      <ul className={style.words}>
        <li>
          {say(place?.size === undefined ? 'receipt.proves-promise' : 'receipt.proves-entry', {
            origin,
            index: formatNumber(place?.index ?? 0),
          })}
        </li>
        <li>{say('receipt.proves-unaltered')}</li>
      </ul>
      <p className={style.caption}>{say('receipt.proves-not')}</p>
      <ul className={style.words}>
        <li>{say('receipt.not-true')}</li>
        <li>{say('receipt.not-complete')}</li>
        <li>{say('receipt.not-content')}</li>
        {witnesses.given === 0 && <li>{say('receipt.not-same-log')}</li>}
      </ul>
    </Disclosure>
  )
}
