import { POWERS } from '../core/jurisdiction.ts'
import { type Micros, micros, type Tokens } from '../core/units.ts'
import { type Aim, aimAt, sumBy } from './aim.ts'
import { underNewParent } from './control.ts'
import { type Cut, type Fall, fallOf } from './cut.ts'
import type { Demand, EstateRoute, RouteName } from './estate.ts'
import type { TrafficWindow } from './exposure/ground.ts'
import { type Ground, type Hypotheses, type LicenceShift, placesOf } from './ground.ts'
import { type Scenario, type Step, unitOf } from './scenario.ts'
import { type ServiceName, serviceOf } from './services.ts'

/** What a scenario does to an estate, step by step laid together. */
export type Aftermath = {
  /** Law and routes once the scenario is in force; what is built anew from changed facts, else the ground itself. */
  readonly ground: Ground
  readonly aims: readonly Aimed[]
  readonly licences: readonly LicenceShift[]
  /** How much more is asked than in the window. */
  readonly load: number
  /** Why a route gives a demand no answer any more; undefined where it stands. What is certain wins. */
  fallOf(demand: Demand, route: RouteName): Fallen | undefined
  priceOf(route: EstateRoute): EstateRoute['price']
  /** What could not be computed, each in one sentence. */
  readonly open: readonly string[]
}
/** A fall, and what brought it about in one sentence. */
export type Fallen = Fall & { readonly why: string }
export type Aimed = Aim & {
  readonly step: Step
  readonly scope: Scope
  /** The routes that surely, or perhaps, hang on what it takes away or changes. */
  readonly hits: readonly RouteName[]
}
/** For whom a step holds: everybody, one tenant, or one application (`tenant/application`). */
export type Scope = { readonly tenant?: string; readonly application?: string }

export const laidOver = (scenario: Scenario, ground: Ground, hypotheses: Hypotheses, window: TrafficWindow): Aftermath => {
  const builder = new Builder(ground, hypotheses, window)
  for (const step of scenario.steps) builder.take(step)
  return builder.done()
}

type Struck = { readonly scope: Scope; readonly falls: ReadonlyMap<RouteName, Fallen> }
type Factor = { readonly routes: ReadonlySet<RouteName>; readonly input: number; readonly output: number }

class Builder {
  private ground: Ground
  private readonly hypotheses: Hypotheses
  private readonly window: TrafficWindow
  private readonly aims: Aimed[] = []
  private readonly struck: Struck[] = []
  private readonly factors: Factor[] = []
  private readonly open: string[] = []
  private licences: readonly LicenceShift[] = []
  private load = 1

  constructor(ground: Ground, hypotheses: Hypotheses, window: TrafficWindow) {
    this.ground = ground
    this.hypotheses = hypotheses
    this.window = window
  }

  take(step: Step): void {
    const scope = scopeOf(step.for, this.ground, this.window)
    if (step.do === 'load') this.load *= step.factor
    const aim = 'target' in step ? aimAt(step.target, this.ground, this.window.traffic) : WHOLE
    this.aims.push({ ...aim, step, scope, hits: aim.target === undefined ? [] : this.carryOut(step, aim.target, scope) })
  }

  /** Does one step, and tells which routes it hits. */
  private carryOut(step: Step, target: string, scope: Scope): readonly RouteName[] {
    const routes = this.ground.estate.routes
    switch (step.do) {
      case 'cut':
        return this.strike(scope, new Map([...this.unserved(step.services), ...this.fallen(target, step.power)]))
      case 'price':
        this.factors.push({ ...step, routes: this.of(target) })
        return [...this.of(target)]
      case 'licence':
        return this.strike(scope, this.excluded(target))
      case 'provenance':
        return this.strike(scope, this.disqualified())
      case 'control':
        this.sell({ entity: target, parent: step.parent, seat: step.seat, day: this.ground.estate.day })
        return [...routes.values()].flatMap(({ name, actors }) => (POWERS.some((power) => actors[power].has(target)) ? [name] : []))
      case 'load':
        return [...routes.keys()]
    }
  }

  done(): Aftermath {
    const { struck, factors } = this
    return {
      ground: this.ground,
      aims: this.aims,
      licences: this.licences,
      load: this.load,
      open: this.open,
      fallOf: (demand, route) => {
        const falls = struck.flatMap(({ scope, falls }) => (holds(scope, demand) ? (falls.get(route) ?? []) : []))
        return falls.find(({ certain }) => certain) ?? falls[0]
      },
      priceOf: ({ name, price }) => {
        const each = factors.filter(({ routes }) => routes.has(name))
        const times = (amount: Micros, factor: (one: Factor) => number) =>
          micros(Math.round(each.reduce((now, one) => now * factor(one), amount as number)))
        return { input: times(price.input, ({ input }) => input), output: times(price.output, ({ output }) => output) }
      },
    }
  }

  private strike(scope: Scope, falls: ReadonlyMap<RouteName, Fallen>): readonly RouteName[] {
    this.struck.push({ scope, falls })
    return [...falls.keys()]
  }

  /** The routes that surely hang on a target. */
  private of(target: string): ReadonlySet<RouteName> {
    return new Set([...this.fallen(target, 'stop')].flatMap(([route, { certain }]) => (certain ? [route] : [])))
  }

  private hit(cuts: readonly Cut[]): Map<RouteName, Fallen> {
    const { routes, home } = this.ground.estate
    const falls = new Map<RouteName, Fallen>()
    for (const route of routes.values()) {
      const found = cuts.flatMap((cut): Fallen[] => {
        const fall = fallOf(cut, route, home)
        return fall === undefined ? [] : [{ ...fall, why: whyOf(cut, fall) }]
      })
      const fall = found.find(({ certain }) => certain) ?? found[0]
      if (fall !== undefined) falls.set(route.name, fall)
    }
    return falls
  }

  /** What a target takes away with it. */
  private fallen(target: string, power: 'stop' | 'see'): ReadonlyMap<RouteName, Fallen> {
    const kind = unitOf(target)
    const name = target.slice(target.indexOf(':') + 1)
    if (kind === 'place') return this.lost(name)
    if (kind === 'outside-home') return this.hit([{ kind }])
    if (kind === 'endpoint') return this.hit([{ kind, endpoint: name }])
    if (kind === 'model') return this.hit([{ kind, model: target, licence: false }])
    return this.hit([{ kind: 'actor', actor: target, power }])
  }

  /** All machines of one country. INVARIANT(G3): those of which no row says where they stand may be among them. */
  private lost(country: string): ReadonlyMap<RouteName, Fallen> {
    const { estate, factOf } = this.ground
    const falls = new Map<RouteName, Fallen>()
    for (const route of estate.routes.values()) {
      const places = placesOf(route, factOf)
      const certain = places.some((place) => place.country === country)
      const why = certain ? `its machines stand in \`${country}\`` : 'no documented row says in which country its machines stand'
      if (certain || !places.some(({ settled }) => settled))
        falls.set(route.name, { certain, by: `place:${country}`, why, hand: { actor: `country:${country}`, power: 'stop' } })
    }
    return falls
  }

  /** INVARIANT(G3): a route of which no row says who provides what is cut off may need it from whoever is cut off. */
  private unserved(services: readonly ServiceName[]): ReadonlyMap<RouteName, Fallen> {
    const falls = new Map<RouteName, Fallen>()
    for (const name of services) {
      const { predicate, needs = '', abroad } = serviceOf(name)
      this.open.push(`${name}: ${abroad}`)
      if (predicate === undefined) continue
      for (const route of this.ground.estate.routes.keys())
        if (!this.ground.isSettled(route, predicate)) falls.set(route, { certain: false, by: name, why: `no documented row says ${needs}` })
    }
    return falls
  }

  private excluded(model: string): ReadonlyMap<RouteName, Fallen> {
    const models = [...new Set([...this.ground.estate.routes.values()].map((route) => route.weights ?? `model:${route.model}`))]
    this.licences = this.hypotheses.licencesWithout(model, models)
    const lost = this.licences.filter(({ before, after }) => after.verdict === 'no' && before.verdict !== 'no')
    return this.hit(lost.map((shift) => ({ kind: 'model', model: shift.model, licence: true })))
  }

  private disqualified(): ReadonlyMap<RouteName, Fallen> {
    const falls = new Map<RouteName, Fallen>()
    for (const { name, atHome, weights, model } of this.ground.estate.routes.values()) {
      const making = weights === undefined ? 'unknown' : this.ground.makingOf(weights)
      const by = weights ?? `model:${model}`
      const why = making === 'derived' ? `\`${by}\` is made from another model` : `no documented row says what \`${by}\` was made from`
      if (atHome && making !== 'from-scratch') falls.set(name, { certain: making === 'derived', by, why })
    }
    return falls
  }

  private sell(change: Parameters<typeof underNewParent>[0]): void {
    const changed = this.hypotheses.under(underNewParent(change))
    if (changed.ok) this.ground = changed.value
    else this.open.push(`what follows from the change of control could not be computed: ${changed.error.message}`)
  }
}
const WHOLE: Aim = { target: 'all', because: 'it holds for all that the owner runs' }

const whyOf = (cut: Cut, { by, hand, certain }: Fall): string => {
  if (cut.kind === 'endpoint') return 'it is cut itself'
  if (hand === undefined) return `the licence of \`${by}\` no longer reaches the owner`
  if (!certain) return `somebody unknown can ${hand.power} it, and it may be whoever does so here`
  if (cut.kind === 'model') return `\`${by}\` is withdrawn, and \`${hand.actor}\` can change what runs here`
  return hand.power === 'see' ? `\`${by}\` can see what passes, and may not` : `\`${by}\` can ${hand.power} it`
}

const holds = ({ tenant, application }: Scope, demand: Demand): boolean =>
  (tenant === undefined || tenant === demand.tenant) &&
  (application === undefined || application === `${demand.tenant}/${demand.application}`)

/** The tenant or application that asks most; where nobody asked yet, the one with the most demands. */
const scopeOf = (whom: Step['for'], { estate }: Ground, { traffic }: TrafficWindow): Scope => {
  if (whom === 'everyone') return {}
  const nameOf = ({ tenant, application }: Pick<Demand, 'tenant' | 'application'>): string =>
    whom === 'one-tenant' ? tenant : `${tenant}/${application}`
  const demands = sumBy(estate.demands, (demand) => [nameOf(demand), 1])
  const calls = sumBy(traffic, (row) => [nameOf(row), row.calls])
  const [most] = [...demands].sort(([a, one], [b, other]) => (calls.get(b) ?? 0) - (calls.get(a) ?? 0) || other - one || (a < b ? -1 : 1))
  if (most === undefined) return {}
  return whom === 'one-tenant' ? { tenant: most[0] } : { application: most[0] }
}

/** Money at a price. */
export const costOf = (price: EstateRoute['price'], input: Tokens, output: Tokens): number =>
  (price.input * input + price.output * output) / 1_000_000
