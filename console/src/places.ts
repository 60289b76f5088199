import { type Session, useSession } from './api/session.tsx'

/** Where a country stands to the owner of this exchange. Squares are inside the circle of trust, rings outside. */
export type Place = 'home' | 'ally' | 'abroad' | 'unknown'
export const PLACES: readonly Place[] = ['home', 'ally', 'abroad', 'unknown']

/** ISO 3166-1 alpha-2; what is undefined, empty or no such code is unknown. */
export const placeOf = (exchange: Session['exchange'], country: string | undefined): Place => {
  if (country === undefined || !/^[A-Z]{2}$/.test(country) || country === 'ZZ') return 'unknown'
  if (exchange.home.includes(country)) return 'home'
  return exchange.alliance.includes(country) ? 'ally' : 'abroad'
}

/** The class of any country, as this exchange’s constitution sees it. */
export const usePlaceOf = (): ((country: string | undefined) => Place) => {
  const { exchange } = useSession()
  return (country) => placeOf(exchange, country)
}
const DISTANCE: Readonly<Record<Place, number>> = { home: 0, ally: 1, abroad: 2, unknown: 3 }
/** The farthest of several: what a call that touched them all is shown as. */
export const farthest = (places: readonly Place[]): Place =>
  places.reduce<Place>((far, place) => (DISTANCE[place] > DISTANCE[far] ? place : far), 'home')
