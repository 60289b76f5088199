import { type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Missing } from '../../facts/reach.ts'
import type { Estate, RouteName } from '../estate.ts'
import { heldBy } from './holdings.ts'
import { shareOf, type Weighed, type Weight } from './weighing.ts'

/** Something the owner can do about a power of somebody, with its share before and after. */
export type Lowering = { readonly before: number; readonly after: number } & (
  | { readonly kind: 'prefer'; readonly alias: string; readonly route: RouteName }
  | { readonly kind: 'add'; readonly alias: string }
  | { readonly kind: 'settle'; readonly fact: string; readonly because: string }
)

/**
 * What would lower a share, most first. `prefer`: the alias has a permitted route without this power, which could take its calls. `add`: it has
 * none, and would need one. `settle`: one documented fact, the last one missing, would show that nobody unknown holds it.
 */
export const loweringsOf = (
  estate: Estate,
  weighed: Weighed,
  { actor, power }: { readonly actor: string; readonly power: Power },
  missing: ReadonlyMap<RouteName, readonly Missing[]>,
): readonly Lowering[] => {
  const held = new Set(heldBy(estate, actor, power).map(({ name }) => name))
  const weights = weighed.weights.filter(({ route }) => held.has(route))
  const before = shareOf(weighed, total(weights))
  const after = (gone: readonly Weight[]) => ({ before, after: Math.max(0, before - shareOf(weighed, total(gone))) })
  // INVARIANT(G3): a route that somebody unknown holds is no way out.
  const isFree = (name: RouteName): boolean => !held.has(name) && estate.routes.get(name)?.actors[power].has(UNKNOWN) === false
  const found: Lowering[] = []
  for (const [alias, asked] of Map.groupBy(weights, ({ demand }) => demand?.alias)) {
    if (alias === undefined) continue
    const [movable, stuck] = split(asked, ({ demand }) => demand?.routes.some(isFree) === true)
    const [to] = movable.flatMap(({ demand }) => demand?.routes.filter(isFree) ?? [])
    if (to !== undefined) found.push({ kind: 'prefer', alias, route: to, ...after(movable) })
    if (stuck.length > 0) found.push({ kind: 'add', alias, ...after(stuck) })
  }
  if (actor === UNKNOWN) found.push(...settling(weights, power, missing, after))
  return found.filter(({ before, after }) => after < before).sort((a, b) => a.after - b.after || rank(a) - rank(b))
}

/** What costs nothing comes first. */
const rank = ({ kind }: Lowering): number => ['prefer', 'settle', 'add'].indexOf(kind)

const settling = (
  weights: readonly Weight[],
  power: Power,
  missing: ReadonlyMap<RouteName, readonly Missing[]>,
  after: (gone: readonly Weight[]) => { readonly before: number; readonly after: number },
): readonly Lowering[] => {
  const facts = new Map<string, { readonly because: string; readonly gone: Weight[] }>()
  for (const weight of weights) {
    const [only, ...more] = (missing.get(weight.route) ?? []).filter(({ powers }) => powers.includes(power))
    if (only === undefined || more.length > 0) continue
    const known = facts.get(only.fact) ?? { because: only.because, gone: [] }
    known.gone.push(weight)
    facts.set(only.fact, known)
  }
  return [...facts].map(([fact, { because, gone }]) => ({ kind: 'settle', fact, because, ...after(gone) }))
}

const total = (weights: readonly Weight[]): number => weights.reduce((sum, { weight }) => sum + weight, 0)
const split = <Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [yes: readonly Item[], no: readonly Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
]
