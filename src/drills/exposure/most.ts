import { type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { ActorExposure } from './actors.ts'
import type { Exposure } from './exposure.ts'
import { ofEachPower } from './ground.ts'

/** The most that one country outside could do, small enough to be kept for every day. Counts, not shares: of so many calls, of so many aliases. */
export type MostExposed = {
  readonly calls: number
  readonly aliases: number
  readonly demands: number
  readonly most: Readonly<Record<Power, MostOfPower>>
  /** Who can end most demands with nobody's help, and how many. */
  readonly alone: { readonly country: string | null; readonly demands: number }
}
export type MostOfPower = {
  /** ISO 3166-1 alpha-2; null where no country outside has this power. */
  readonly country: string | null
  readonly calls: number
  readonly aliases: number
  /** Calls over which somebody unknown has it. INVARIANT(G3): said beside, for it may be one country. */
  readonly unknown: number
}

export const mostExposed = ({ actors, demands }: Exposure): MostExposed => {
  const [first] = actors
  const whole = first?.powers.stop
  return {
    calls: whole?.calls.whole ?? 0,
    aliases: whole?.aliases.whole ?? new Set(demands.map(({ alias }) => alias)).size,
    demands: demands.reduce((sum, { asked }) => sum + asked.length, 0),
    most: ofEachPower((power) => mostOf(actors, power)),
    alone: mostAlone(actors),
  }
}

const mostOf = (actors: readonly ActorExposure[], power: Power): MostOfPower => {
  const [most] = countries(actors)
    .filter(({ powers }) => powers[power].routes.length > 0)
    .sort(
      (a, b) =>
        b.powers[power].calls.part - a.powers[power].calls.part ||
        b.powers[power].aliases.part - a.powers[power].aliases.part ||
        (a.country < b.country ? -1 : 1),
    )
  const unknown = actors.find((each) => each.actors.includes(UNKNOWN))?.powers[power].calls.part ?? 0
  const held = most?.powers[power]
  return { country: most?.country ?? null, calls: held?.calls.part ?? 0, aliases: held?.aliases.part ?? 0, unknown }
}

const mostAlone = (actors: readonly ActorExposure[]): MostExposed['alone'] => {
  const [most] = countries(actors).sort((a, b) => b.alone.demands.part - a.alone.demands.part || (a.country < b.country ? -1 : 1))
  const demands = most?.alone.demands.part ?? 0
  return { country: demands > 0 && most !== undefined ? most.country : null, demands }
}

const countries = (actors: readonly ActorExposure[]) =>
  actors.flatMap((exposure) =>
    exposure.actors.flatMap((actor) => (actor.startsWith('country:') ? [{ ...exposure, country: actor.slice('country:'.length) }] : [])),
  )

/** The same of routes alone, as a report of a drill tells them: who held which power over how many calls. */
export const mostOfRoutes = (
  served: readonly (Readonly<Record<Power, readonly string[]>> & { readonly before: number })[],
  home: readonly string[],
): Readonly<Record<Power, Omit<MostOfPower, 'aliases'>>> =>
  ofEachPower((power) => {
    const calls = new Map<string, number>()
    for (const { before, ...route } of served) for (const who of route[power]) calls.set(who, (calls.get(who) ?? 0) + before)
    const outside = [...calls].filter(([who]) => who !== UNKNOWN && !home.includes(who))
    const [most] = outside.sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1))
    return { country: most?.[0] ?? null, calls: most?.[1] ?? 0, unknown: calls.get(UNKNOWN) ?? 0 }
  })
