import { formatCountry, formatPercent } from '../../format.ts'
import { usePlaceOf } from '../../places.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Sentence, useSay } from '../../words/words.tsx'
import { inOrder, type MapAnswer, type Power } from '../../world/view.ts'
import style from './map.module.css'

/** The sentence that answers the question: who outside home holds most of this power. */
export const MapHead = ({ map, power }: { readonly map: MapAnswer; readonly power: Power }) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  const [most] = inOrder(map.countries, power, (country) => placeOf(country) === 'home').filter(
    ({ country, powers }) => placeOf(country) !== 'home' && powers[power].share > 0,
  )
  const unknown = map.unknown[power].share
  const of = map.basis.of
  const share = <strong className={style.share} />
  const lead =
    most !== undefined ? (
      <Sentence
        id="map.lead"
        values={{ country: formatCountry(most.country), power, of, share: formatPercent(most.powers[power].share) }}
        parts={[share]}
      />
    ) : unknown > 0 ? (
      <Sentence id="map.lead-unknown" values={{ power, of, share: formatPercent(unknown) }} parts={[share]} />
    ) : (
      say('map.lead-nobody', { power })
    )
  return (
    <PageHead
      lead={lead}
      {...(most !== undefined && unknown > 0
        ? { support: say('map.support-unknown', { power, share: formatPercent(unknown), count: map.missing }) }
        : {})}
    />
  )
}
