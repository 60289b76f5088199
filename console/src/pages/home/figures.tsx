import { formatCountry, formatNumber, formatPercent } from '../../format.ts'
import { Card, type Figure, Figures, Moment, Spark } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { ExposureAnswer, HomeAnswer } from './types.ts'

type Shown = { readonly home: HomeAnswer | undefined; readonly exposure: ExposureAnswer | undefined }

/** The four figures: how much, how much of it at home, what the law stopped, and what somebody else could. */
export const HomeFigures = ({ home, exposure }: Shown) => {
  const say = useSay()
  const answered = home === undefined ? 0 : Object.values(home.answered).reduce((sum, calls) => sum + calls, 0)
  const figures: readonly Figure[] = [
    {
      label: say('home.calls-today'),
      value: home === undefined ? '—' : formatNumber(home.calls.today),
      note: home === undefined ? '' : <CallsNote home={home} />,
      ...(home === undefined ? {} : { spark: <Spark values={home.calls.perMinute.slice(0, -1)} /> }),
    },
    {
      label: say('home.answered-at-home'),
      value: answered === 0 || home === undefined ? '—' : formatPercent(home.answered.home / answered),
      note: home === undefined ? '' : say('home.of-answers', { home: formatNumber(home.answered.home), answers: formatNumber(answered) }),
    },
    {
      label: say('home.refused-by-policy'),
      value: home === undefined ? '—' : formatNumber(home.refusals.byPolicy),
      note: home === undefined ? '' : <RefusalsNote refusals={home.refusals} />,
    },
    { label: say('home.most-could-stop'), ...mostStop(exposure, say) },
  ]
  return <Figures figures={figures} />
}

const CallsNote = ({ home: { calls } }: { readonly home: HomeAnswer }) => {
  const say = useSay()
  return (
    <>
      {say('home.last-minutes', { calls: formatNumber(calls.perMinute.slice(-10).reduce((sum, each) => sum + each, 0)) })}
      {calls.failed > 0 && ` · ${say('home.failed', { failed: formatNumber(calls.failed) })}`}
    </>
  )
}

const RefusalsNote = ({ refusals: { byBudget, byRate } }: { readonly refusals: HomeAnswer['refusals'] }) => {
  const say = useSay()
  if (byBudget + byRate === 0) return <>{say('home.refused-none-else')}</>
  return <>{say('home.refused-else', { budget: formatNumber(byBudget), rate: formatNumber(byRate) })}</>
}

const mostStop = (exposure: ExposureAnswer | undefined, say: ReturnType<typeof useSay>): Pick<Figure, 'value' | 'note' | 'severity'> => {
  if (exposure === undefined) return { value: '—', note: '' }
  if (exposure.stop === null) {
    const isUnknown = exposure.unknown.stop.part > 0
    return { value: isUnknown ? say('place.unknown') : formatPercent(0), note: say(isUnknown ? 'home.unknown-could' : 'home.nobody-could') }
  }
  const { country, share } = exposure.stop
  return {
    value: formatPercent(share.whole === 0 ? 0 : share.part / share.whole),
    note: say(exposure.basis === 'calls' ? 'home.most-of-calls' : 'home.most-of-endpoints', { country: formatCountry(country) }),
    ...(share.part > 0 ? { severity: 'warning' as const } : {}),
  }
}

const [WIDTH, HEIGHT] = [600, 64]

/** The last hour, a bar a minute: what was refused is the hatched end of its bar. The sentence says the same. */
export const Minutes = ({ home }: { readonly home: HomeAnswer }) => {
  const say = useSay()
  const { perMinute, refusedPerMinute, since } = home.calls
  const most = Math.max(1, ...perMinute)
  const step = WIDTH / perMinute.length
  const total = perMinute.reduce((sum, each) => sum + each, 0)
  const refused = refusedPerMinute.reduce((sum, each) => sum + each, 0)
  return (
    <Card
      title={say('home.per-minute')}
      aside={
        home.now - since < 3_600_000 ? (
          <Sentence id="home.counted-since" parts={[<Moment key="since" at={since} />]} />
        ) : (
          say('home.last-hour')
        )
      }
    >
      <svg className={style.minutes} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {perMinute.map((calls, minute) => {
          const refusals = Math.min(calls, refusedPerMinute[minute] ?? 0)
          const height = (calls / most) * HEIGHT
          const top = (refusals / most) * HEIGHT
          return (
            // Minutes never change places.
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
            <g key={minute}>
              <rect className={style.calls} x={minute * step + 0.5} width={step - 1} y={HEIGHT - height + top} height={height - top} />
              <rect className={style.refused} x={minute * step + 0.5} width={step - 1} y={HEIGHT - height} height={top} />
            </g>
          )
        })}
        <rect className={style.ground} x="0" width={WIDTH} y={HEIGHT - 1} height="1" />
      </svg>
      <p className={style.quiet}>
        {say('home.hour', { calls: formatNumber(total), refused: formatNumber(refused), most: formatNumber(Math.max(...perMinute)) })}
      </p>
    </Card>
  )
}
