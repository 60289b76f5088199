import { formatCountry } from '../format.ts'
import { type Place as PlaceClass, usePlaceOf } from '../places.ts'
import { useSay } from '../words/words.tsx'
import style from './place.module.css'

/** The shape of a place alone: a square is inside the circle of trust, a ring outside, and the filling says how much of it is yours. */
export const PlaceShape = ({ place, size = 12 }: { readonly place: PlaceClass; readonly size?: number }) => (
  <svg className={style[place]} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
    {place === 'home' && <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />}
    {place === 'ally' && (
      <>
        <rect x="1.75" y="1.75" width="8.5" height="8.5" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M2 2h4v8H2z" fill="currentColor" />
      </>
    )}
    {place === 'abroad' && <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="2" />}
    {place === 'unknown' && <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.6" />}
  </svg>
)

/** Home, alliance, abroad or unknown, in this language. */
export const PlaceWord = ({ place }: { readonly place: PlaceClass }) => <>{useSay()(`place.${place}`)}</>

/**
 * Where something is: `badge` with the country’s name and class in a box, `bare` for tables with its code. `word`: the class in words beside it.
 * Read aloud it is “France, home”.
 */
export const Place = ({
  country,
  form = 'badge',
  word = true,
}: {
  /** ISO 3166-1 alpha-2; undefined is unknown. */
  readonly country: string | undefined
  readonly form?: 'badge' | 'bare'
  readonly word?: boolean
}) => {
  const say = useSay()
  const place = usePlaceOf()(country)
  const name = country === undefined || place === 'unknown' ? '' : formatCountry(country)
  const shown = form === 'bare' ? (country ?? '') : name
  return (
    <span className={form === 'badge' ? style.badge : style.bare} title={name === '' ? undefined : `${name}, ${say(`place.${place}`)}`}>
      <PlaceShape place={place} />
      {name !== '' && (
        <bdi className={style.name}>
          {form === 'bare' ? (
            <>
              <span aria-hidden="true">{shown}</span>
              <span className="visually-hidden">{name}</span>
            </>
          ) : (
            name
          )}
        </bdi>
      )}
      {name !== '' && <span className="visually-hidden">, </span>}
      <span className={word || name === '' ? style.word : 'visually-hidden'}>{say(`place.${place}`)}</span>
    </span>
  )
}

/** A country by its name, in this language. */
export const CountryName = ({ country }: { readonly country: string }) => <bdi>{formatCountry(country)}</bdi>
