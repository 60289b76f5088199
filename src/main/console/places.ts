import { type Jurisdiction, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Snapshot } from '../../gateway/snapshot.ts'
import type { Circle } from '../../store/call-scan.ts'
import type { Exchange } from '../exchange.ts'

export type PlaceClass = 'home' | 'ally' | 'abroad' | 'unknown'

/** The countries that stand beside home: the set `alliance`, or where there is none the set `partners`. */
export const allianceOf = ({ law: { context } }: Pick<Exchange, 'law'>): readonly Jurisdiction[] =>
  [...(context.sets.get('alliance') ?? context.sets.get('partners') ?? [])].filter((country) => !context.home.has(country))

/** Whom the owner trusts. */
export const circleOf = (exchange: Pick<Exchange, 'law'>): Circle => ({
  home: [...exchange.law.context.home],
  allies: [...allianceOf(exchange)],
})

/**
 * Where an answer comes from, by who can see what passes: abroad as soon as one country beyond home and alliance can; else unknown where
 * somebody who is not known can (G3); and the country that says so.
 */
export const placeOfReach = (see: readonly Jurisdiction[], home: ReadonlySet<Jurisdiction>, alliance: readonly Jurisdiction[]) => {
  const countries = see.filter((one) => one !== UNKNOWN)
  const abroad = countries.find((one) => !home.has(one) && !alliance.includes(one))
  const ally = countries.find((one) => !home.has(one))
  const place: PlaceClass = abroad !== undefined ? 'abroad' : see.includes(UNKNOWN) || see.length === 0 ? 'unknown' : ally ? 'ally' : 'home'
  return { place, country: abroad ?? (place === 'unknown' ? undefined : (ally ?? countries[0])) }
}
export type RoutePlace = ReturnType<typeof placeOfReach>

/** The place of each `endpoint/model` in force. */
export const placesOfRoutes = (exchange: Pick<Exchange, 'law'>, { endpoints, home }: Snapshot): ReadonlyMap<string, RoutePlace> => {
  const alliance = allianceOf(exchange)
  return new Map(
    [...endpoints.values()].flatMap(({ id, models }) =>
      [...models.values()].map(({ model, reach }) => [`${id}/${model}`, placeOfReach(reach.see, home, alliance)] as const),
    ),
  )
}
