import type { ReactNode } from 'react'
import { formatPercent } from '../format.ts'
import { PLACES, type Place } from '../places.ts'
import { useSay } from '../words/words.tsx'
import style from './charts.module.css'
import { PlaceShape } from './place.tsx'

const [WIDTH, HEIGHT, EDGE] = [92, 26, 3]

/** A line without axes beside a figure; the figure says what matters, so it is drawn for eyes alone. Missing values are gaps. */
export const Spark = ({
  values,
  severity,
}: {
  readonly values: readonly (number | undefined)[]
  readonly severity?: 'warning' | undefined
}) => {
  const known = values.filter((value) => value !== undefined)
  if (known.length < 2) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (index: number): number => EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE)
  const y = (value: number): number => (high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE))
  const path = values
    .map((value, index) =>
      value === undefined
        ? ''
        : `${index === 0 || values[index - 1] === undefined ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('')
  const last = values.at(-1)
  return (
    <svg
      className={severity === undefined ? style.spark : style.warning}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      {last !== undefined && <circle cx={x(values.length - 1)} cy={y(last)} r="2" fill="currentColor" />}
    </svg>
  )
}

/** A share of one as number and bar, for a cell of a table. `tone`: ink, or the place whose share it is. */
export const Bar = ({
  share,
  label,
  tone = 'ink',
}: {
  readonly share: number
  /** Instead of the percentage. */
  readonly label?: ReactNode
  readonly tone?: 'ink' | 'exposure' | Place
}) => (
  <span className={style.bar}>
    <span className={style.number}>{label ?? formatPercent(share)}</span>
    <span className={style.track} aria-hidden="true">
      <span className={`${style.fill} ${style[tone]}`} style={{ inlineSize: `${Math.min(100, Math.max(0, share * 100))}%` }} />
    </span>
  </span>
)

/** Shares of a whole by place, with their names and numbers below: nothing depends on colour. */
export const StackBar = ({ shares, label }: { readonly shares: Readonly<Record<Place, number>>; readonly label: string }) => {
  const say = useSay()
  const whole = PLACES.reduce((sum, place) => sum + shares[place], 0)
  const shareOf = (place: Place): number => (whole === 0 ? 0 : shares[place] / whole)
  return (
    <div className={style.stack}>
      <div className={style.parts} aria-hidden="true">
        {PLACES.filter((place) => shares[place] > 0).map((place) => (
          <span key={place} className={`${style.part} ${style[place]}`} style={{ flexGrow: shareOf(place) }} />
        ))}
      </div>
      <dl className={style.legend} aria-label={label}>
        {PLACES.map((place) => (
          <div key={place}>
            <dt className={style.name}>
              <PlaceShape place={place} />
              {say(`place.${place}`)}
            </dt>
            <dd className={style.share}>{whole === 0 ? '—' : formatPercent(shareOf(place))}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
