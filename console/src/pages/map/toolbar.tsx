import { formatNumber } from '../../format.ts'
import { Segmented } from '../../ui/choice.tsx'
import { PowerIcon } from '../../ui/powers.tsx'
import { Moment } from '../../ui/small.tsx'
import { Sentence, useSay } from '../../words/words.tsx'
import type { MapAnswer, Power } from '../../world/view.ts'
import style from './map.module.css'

const POWERS: readonly Power[] = ['see', 'stop', 'change']

/** Which power is asked about, and of what shares are taken. */
export const Toolbar = ({
  map,
  power,
  onAsk,
}: {
  readonly map: MapAnswer
  readonly power: Power
  readonly onAsk: (power: Power) => void
}) => {
  const say = useSay()
  const { of, calls, countedSince, from } = map.basis
  return (
    <div className={style.toolbar}>
      <Segmented
        legend={say('map.who-can')}
        value={power}
        onChange={onAsk}
        choices={POWERS.map((value) => ({ value, label: say(`power.${value}`), icon: <PowerIcon power={value} /> }))}
      />
      <p className={style.basis}>
        {of === 'endpoints' ? say('map.no-calls-yet') : say('map.basis', { calls, shown: formatNumber(calls) })}
        {of === 'calls' && countedSince !== null && countedSince > from && (
          <>
            {' '}
            <Sentence id="map.counted-since" parts={[<Moment key="since" at={countedSince} />]} />
          </>
        )}
      </p>
    </div>
  )
}
