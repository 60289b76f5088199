// The small parts of sentences: moments, sums, shares, keys and names.
import { type ReactNode, useEffect, useState } from 'react'
import { useSession } from '../api/session.tsx'
import {
  formatAgo,
  formatDuration,
  formatMoment,
  formatMomentFully,
  formatMoney,
  formatPercent,
  type MomentLike,
  toDate,
} from '../format.ts'
import style from './small.module.css'

const TICK = 30_000
/** The time now, told anew twice a minute, and whenever something else is drawn. */
const useNow = (): number => {
  const [, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK)
    return () => clearInterval(timer)
  }, [])
  return Date.now()
}

/** A moment: `clock` as tables write it, `ago` as sentences do, `full` with its zone. Whole and in UTC when pointed at. */
export const Moment = ({ at, form = 'clock' }: { readonly at: MomentLike | undefined; readonly form?: 'clock' | 'ago' | 'full' }) => {
  const now = useNow()
  if (at === undefined) return <>—</>
  const shown = form === 'full' ? formatMomentFully(at) : form === 'ago' ? formatAgo(at, now) : formatMoment(at, now)
  return (
    <time dateTime={toDate(at).toISOString()} title={`${formatMomentFully(at)}\n${formatMomentFully(at, true)}`} className={style.steady}>
      {shown}
    </time>
  )
}

/** A length of time in milliseconds; a dash where there is none. */
export const Duration = ({ length }: { readonly length: number | undefined }) => (
  <span className={style.steady}>{length === undefined ? '—' : formatDuration(length)}</span>
)
/** Millionths of a currency’s unit, by default this exchange’s. */
export const Money = ({ micros, currency }: { readonly micros: number | undefined; readonly currency?: string }) => {
  const { exchange } = useSession()
  return <bdi className={style.steady}>{micros === undefined ? '—' : formatMoney(micros, currency ?? exchange.currency)}</bdi>
}
/** A share of one; a dash where there is none. */
export const Percent = ({ share }: { readonly share: number | undefined }) => (
  <bdi className={style.steady}>{share === undefined ? '—' : formatPercent(share)}</bdi>
)

/** A key of the keyboard. */
export const Kbd = ({ children }: { readonly children: ReactNode }) => <kbd className={style.kbd}>{children}</kbd>

/** A word in a box. `dashed`: for what is not quite real, such as simulated endpoints. */
export const Badge = ({ dashed = false, children }: { readonly dashed?: boolean; readonly children: ReactNode }) => (
  <span className={`${style.badge} ${dashed ? style.dashed : ''}`}>{children}</span>
)

/** A name that people or machines gave, as they wrote it; `code`: identifiers. */
export const Name = ({ children, code = false }: { readonly children: ReactNode; readonly code?: boolean }) => (
  <bdi className={code ? style.mono : ''}>{children}</bdi>
)

/** Names and what they stand for, below each other: the facts of one thing. */
export const Facts = ({ facts }: { readonly facts: readonly { readonly name: ReactNode; readonly value: ReactNode }[] }) => (
  <dl className={style.facts}>
    {facts.map(({ name, value }, index) => (
      // Facts never change places.
      // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
      <div key={index}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
