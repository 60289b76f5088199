// What the map and its rehearsals tell alike.
import type { EstateRoute } from '../../drills/estate.ts'
import { placesOf } from '../../drills/ground.ts'
import { weigh } from '../../drills/powers/weighing.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ExposureFigures } from './exposure-figures.ts'

/** Of what shares are taken. */
export const basisOf = ({ ground, window, calls }: ExposureFigures): Answer<'GET /map'>['basis'] => ({
  of: weigh(ground.estate, window.traffic).basis,
  calls,
  from: window.from,
  to: window.to,
  countedSince: window.countedSince ?? null,
})

type Where = { readonly country: string | null; readonly settled: boolean }
/** What a row settles comes before what one merely says; null where rows name several countries, or none. */
export const whereIs = (routes: readonly EstateRoute[], { factOf }: ExposureFigures['ground']): Where => {
  const places = routes.flatMap((route) => placesOf(route, factOf))
  const settled = places.filter((place) => place.settled)
  const countries = new Set((settled.length > 0 ? settled : places).map(({ country }) => country))
  const [only] = countries
  return { country: countries.size === 1 && only !== undefined ? only : null, settled: settled.length > 0 }
}
