import type { RouteName } from '../estate.ts'
import type { DemandExposure } from './demands.ts'
import type { ExposureGround, Share } from './ground.ts'

/** Something that several routes stand on which the owner lists as alternatives to each other. */
export type CommonDependency = {
  readonly kind: 'company' | 'model' | 'licence'
  /** Those with the same routes, the nearest to them first: a cloud, then its parent, then theirs. */
  readonly names: readonly string[]
  /** For a company, by which rows it comes in, such as `hosted-on`, `identity-by`. */
  readonly how: readonly string[]
  /** Those that stand on it together for some demand. */
  readonly routes: readonly RouteName[]
  /** Aliases with several routes on it, and how many of how many. */
  readonly aliases: readonly { readonly alias: string; readonly routes: Share }[]
  /** Whether some demand has no route beside it. */
  readonly everything: boolean
  readonly outside: boolean
}

type Found = { readonly kind: CommonDependency['kind']; readonly name: string; readonly routes: ReadonlyMap<RouteName, Way> }
/** How something comes to be under a route: by which predicate first, over how many rows. */
type Way = { readonly how: string; readonly length: number }

/** Companies that can stop several routes of one demand, and models and licences that several rest on; the owner's own company is none. */
export const commonDependencies = (
  ground: ExposureGround,
  demands: readonly DemandExposure[],
  isOutside: (actor: string) => boolean,
): readonly CommonDependency[] => {
  const groups = new Map<string, Found[]>()
  for (const found of everything(ground)) {
    if (found.routes.size < 2) continue
    const name = [found.kind, ...found.routes.keys()].join('\n')
    groups.set(name, [...(groups.get(name) ?? []), found])
  }
  const dependencies = [...groups.values()].flatMap((group) => dependencyOf(group, demands, isOutside) ?? [])
  return dependencies.sort(
    (a, b) =>
      Number(b.everything) - Number(a.everything) ||
      Number(b.outside) - Number(a.outside) ||
      b.routes.length - a.routes.length ||
      (a.names.join() < b.names.join() ? -1 : 1),
  )
}

const everything = ({ estate, factOf, origins, self }: ExposureGround): Iterable<Found> => {
  const found = new Map<string, Found & { readonly routes: Map<RouteName, Way> }>()
  const add = (kind: Found['kind'], name: string, route: RouteName, way: Way) => {
    const known = found.get(name) ?? { kind, name, routes: new Map<RouteName, Way>() }
    known.routes.set(route, way)
    found.set(name, known)
  }
  for (const { name, actors } of estate.routes.values()) {
    for (const { actor, path } of actors.stop.values())
      if (actor.startsWith('entity:') && actor !== self)
        add('company', actor, name, { how: factOf(path[0] ?? '')?.predicate ?? UNSAID, length: path.length })
    for (const [length, model] of (origins.get(name)?.models ?? []).entries()) add('model', model, name, { how: 'serves', length })
    for (const licence of origins.get(name)?.licences ?? []) add('licence', licence, name, { how: 'licensed-under', length: 0 })
  }
  return found.values()
}
const UNSAID = 'a row that is gone'

const dependencyOf = (
  group: readonly Found[],
  demands: readonly DemandExposure[],
  isOutside: (actor: string) => boolean,
): CommonDependency | undefined => {
  const nearest = group.map((found) => ({ ...found, distance: [...found.routes.values()].reduce((sum, { length }) => sum + length, 0) }))
  const [first, ...more] = nearest.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  if (first === undefined) return undefined
  const aliases = new Map<string, Share>()
  const listed = new Set<RouteName>()
  let everything = false
  for (const { alias, routes } of demands) {
    const standing = routes.filter((route) => first.routes.has(route))
    const part = standing.length
    if (part < 2) continue
    for (const route of standing) listed.add(route)
    everything ||= part === routes.length
    const known = aliases.get(alias)
    if (known === undefined || part / routes.length > known.part / known.whole) aliases.set(alias, { part, whole: routes.length })
  }
  if (aliases.size === 0) return undefined
  return {
    kind: first.kind,
    names: [first, ...more].map(({ name }) => name),
    how: [...new Set([...first.routes.values()].map(({ how }) => how))].sort(),
    routes: [...listed],
    aliases: [...aliases].map(([alias, routes]) => ({ alias, routes })),
    everything,
    outside: first.kind === 'company' && isOutside(first.name),
  }
}
