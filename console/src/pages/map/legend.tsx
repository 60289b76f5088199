import { Pause, Play } from 'lucide-react'
import { formatNumber, formatPercent, formatTime } from '../../format.ts'
import { PLACES } from '../../places.ts'
import { Button } from '../../ui/button.tsx'
import { PlaceShape, PlaceWord } from '../../ui/place.tsx'
import { useSay } from '../../words/words.tsx'
import { type MapAnswer, MOST_FLOWS, STEPS } from '../../world/view.ts'
import style from './map.module.css'
import type { Motion } from './use-motion.ts'

/** What shades, shapes and lines mean, and what the map cannot show. */
export const Legend = ({ map, motion }: { readonly map: MapAnswer; readonly motion: Motion }) => {
  const say = useSay()
  const unplaced = map.endpoints.filter(({ country }) => country === null).length
  const flowing = map.endpoints.filter(({ recent, country }) => recent > 0 && country !== map.seat).length
  return (
    <div className={style.legend}>
      <div className={style.signs}>
        <span className={style.ramp}>
          <span>{say(map.basis.of === 'calls' ? 'map.share-of-calls' : 'map.share-of-endpoints')}</span>
          <span className={style.swatches} aria-hidden="true">
            {STEPS.map((from, index) => (
              <span key={from} className={style[`swatch-${index + 1}`]} />
            ))}
          </span>
          <bdi>
            {say('map.steps', {
              steps: STEPS.slice(0, -1)
                .map((from) => formatNumber(100 * from))
                .join(' · '),
              last: formatPercent(STEPS[STEPS.length - 1] ?? 0),
            })}
          </bdi>
        </span>
        {PLACES.map((place) => (
          <span key={place} className={style.sign}>
            <PlaceShape place={place} />
            <PlaceWord place={place} />
          </span>
        ))}
      </div>
      <p className={style.notes}>
        {say('map.flows', { count: map.recent.calls, shown: formatNumber(map.recent.calls), time: formatTime(map.recent.since) })}{' '}
        {flowing > MOST_FLOWS && `${say('map.smaller', { count: flowing - MOST_FLOWS })} `}
        {unplaced > 0 && `${say('map.unplaced', { count: unplaced })} `}
        {say('map.middle')} {say('map.borders')}
      </p>
      {motion.isAllowed && flowing > 0 && (
        <Button kind="quiet" icon={motion.isPaused ? <Play /> : <Pause />} onClick={() => motion.pause(!motion.isPaused)}>
          {say(motion.isPaused ? 'map.go-on' : 'map.pause')}
        </Button>
      )}
    </div>
  )
}
