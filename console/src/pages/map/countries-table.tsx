import { formatCountry, formatPercent } from '../../format.ts'
import { usePlaceOf } from '../../places.ts'
import { Card } from '../../ui/card.tsx'
import { PlaceShape } from '../../ui/place.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { useSay } from '../../words/words.tsx'
import { inOrder, type MapAnswer, type Power } from '../../world/view.ts'
import style from './map.module.css'
import { Verb } from './path.tsx'

/** Where the table stands, for the key that goes to it. */
export const TABLE = 'map-table'
type Row = { readonly country: string; readonly powers: MapAnswer['countries'][number]['powers'] }
const UNKNOWN = 'unknown'

/** The map as a table: the same countries, shares and question, and why. */
export const CountriesTable = ({
  map,
  power,
  chosen,
}: {
  readonly map: MapAnswer
  readonly power: Power
  readonly chosen: string | undefined
}) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  const isHome = (country: string): boolean => placeOf(country) === 'home'
  const rows: readonly Row[] = [
    ...inOrder(map.countries, power, isHome).filter(({ powers }) => powers.see.share + powers.stop.share + powers.change.share > 0),
    ...(map.unknown.see.share + map.unknown.stop.share + map.unknown.change.share > 0 ? [{ country: UNKNOWN, powers: map.unknown }] : []),
  ]
  const column = (id: Power): Column<Row> => ({
    id,
    head: say('map.could', { power: id }),
    cell: ({ country, powers }) =>
      powers[id].share === 0 ? (
        <span className={style.none}>—</span>
      ) : (
        <Share share={powers[id].share} tone={id !== power ? 'quiet' : isHome(country) ? 'home' : 'asked'} />
      ),
    // Home last, whatever it holds: it is nobody else's power.
    sort: ({ country, powers }) => powers[id].share - (isHome(country) ? 2 : 0),
    ...(id === power ? {} : { wideOnly: true }),
  })
  const columns: readonly Column<Row>[] = [
    {
      id: 'country',
      head: say('map.country'),
      cell: ({ country }) => (
        <span className={style.country}>
          <PlaceShape place={placeOf(country)} />
          <bdi>{country === UNKNOWN ? say('place.unknown') : formatCountry(country)}</bdi>
          <span className="visually-hidden">, {say(`place.${placeOf(country)}`)}</span>
        </span>
      ),
      sort: ({ country }) => (country === UNKNOWN ? say('place.unknown') : formatCountry(country)),
    },
    column('see'),
    column('stop'),
    column('change'),
    {
      id: 'reason',
      head: say('map.main-reason'),
      cell: ({ country, powers }) => <Reason country={country} reason={powers[power].reason} />,
      wideOnly: true,
    },
  ]
  return (
    <div id={TABLE}>
      <Card flush>
        <Table
          key={power}
          caption={say('map.table', { power })}
          columns={columns}
          rows={rows}
          keyOf={({ country }) => country}
          href={({ country }) => `/map?country=${country}&power=${power}`}
          isChosen={({ country }) => country === chosen}
          sortedBy={{ by: power, down: true }}
          empty={say('map.nobody')}
        />
      </Card>
    </div>
  )
}

const Reason = ({ country, reason }: { readonly country: string; readonly reason: MapAnswer['unknown']['see']['reason'] }) =>
  reason === null ? null : (
    <span className={style.reason}>
      <bdi>{reason.endpoint}</bdi>, <Verb predicate={reason.verb} object={reason.by ?? `country:${country}`} />
    </span>
  )

/** A number and its bar; only the power that is asked about has a colour. */
const Share = ({ share, tone }: { readonly share: number; readonly tone: 'quiet' | 'home' | 'asked' }) => (
  <span className={style.cell}>
    <bdi>{formatPercent(share)}</bdi>
    <span className={style.track} aria-hidden="true">
      <span className={style[tone]} style={{ inlineSize: `${100 * share}%` }} />
    </span>
  </span>
)
