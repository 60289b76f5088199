import { useState } from 'react'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatDay, formatList, formatPercent } from '../../format.ts'
import { Asked, Card, Empty, LineChart, POWERS, Segmented } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Trend as TrendAnswer } from '../exposure/types.ts'
import style from './drills.module.css'

type Point = TrendAnswer['points'][number]
type Measure = 'calls' | 'aliases'

/** A share of what was counted; nothing where nothing was, for that is not nought. */
const shareOf = (point: Point, power: (typeof POWERS)[number], measure: Measure): number | undefined => {
  const part = point.most[power][measure]
  const whole = point[measure]
  return part === null || whole === null || whole === 0 ? undefined : part / whole
}

/** The most one country could see, stop and change, day by day, with what else changed on a day. */
export const Trend = () => {
  const say = useSay()
  const trend = useAnswer('GET /exposure/trend', { query: {} }, { topics: ['drills', 'policy', 'facts'] })
  const [measure, setMeasure] = useState<Measure>('calls')
  return (
    <Card
      title={say('drills.trend')}
      aside={
        <Segmented
          legend={say('drills.trend-measure')}
          choices={[
            { value: 'calls', label: say('drills.trend-calls') },
            { value: 'aliases', label: say('drills.trend-aliases') },
          ]}
          value={measure}
          onChange={setMeasure}
        />
      }
    >
      <Asked query={trend} isEmpty={({ points }) => points.length === 0} empty={<Empty>{say('drills.trend-none')}</Empty>}>
        {(data) => <Chart trend={data} measure={measure} />}
      </Asked>
    </Card>
  )
}

const Chart = ({ trend: { points, limitPercent, since }, measure }: { readonly trend: TrendAnswer; readonly measure: Measure }) => {
  const say = useSay()
  const caused = points.filter(({ causes }) => causes.length > 0)
  return (
    <div className={style.trend}>
      {/* One day is no line yet. */}
      {points.length === 1 && <Summary points={points} measure={measure} limitPercent={limitPercent} />}
      {points.length > 1 && (
        <LineChart
          label={say('drills.trend')}
          summary={<Summary points={points} measure={measure} limitPercent={limitPercent} />}
          moments={points.map(({ day }) => Date.parse(day))}
          lines={POWERS.map((power) => ({ label: say(`power.${power}`), values: points.map((point) => shareOf(point, power, measure)) }))}
          format={formatPercent}
          daily
          {...(limitPercent === null ? {} : { limit: { value: limitPercent / 100, label: say('drills.limit') } })}
        />
      )}
      {caused.length > 0 && (
        <ul className={style.causes} aria-label={say('drills.causes')}>
          {caused.map(({ day, causes }) => (
            <li key={day}>
              <strong>{formatDay(day)}</strong> {formatList(causes.map((cause) => say(`drills.cause.${cause}`)))}
            </li>
          ))}
        </ul>
      )}
      <p className={style.quiet}>{since === null ? say('drills.trend-reports') : say('drills.trend-since', { day: formatDay(since) })}</p>
    </div>
  )
}

const Summary = ({
  points,
  measure,
  limitPercent,
}: {
  readonly points: readonly Point[]
  readonly measure: Measure
  readonly limitPercent: number | null
}) => {
  const say = useSay()
  const last = points.at(-1)
  const share = last === undefined ? undefined : shareOf(last, 'stop', measure)
  if (last === undefined || share === undefined) return <>{say('drills.trend-uncounted')}</>
  const country = last.most.stop.country
  const unknown =
    measure === 'calls' && last.most.stop.unknown > 0
      ? ` ${say('drills.trend-unknown', { share: formatPercent(last.most.stop.unknown / last.calls) })}`
      : ''
  const limit =
    limitPercent === null
      ? ''
      : ` ${say(share * 100 > limitPercent ? 'drills.above-limit' : 'drills.below-limit', { limit: formatPercent(limitPercent / 100) })}`
  return (
    <>
      {country === null
        ? say('drills.trend-nobody')
        : say(measure === 'calls' ? 'drills.trend-now' : 'drills.trend-now-aliases', {
            country: formatCountry(country),
            share: formatPercent(share),
          })}
      {limit}
      {unknown}
      {last.run !== null && (
        <>
          {' '}
          <Link href={`/drills/run/${last.run}`}>{say('drills.trend-report')}</Link>
        </>
      )}
    </>
  )
}
