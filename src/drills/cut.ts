import { type Jurisdiction, type Power, UNKNOWN } from '../core/jurisdiction.ts'

/** What somebody takes away, in a drill or in earnest. */
export type Cut =
  /** `country:US` or `entity:example` uses its power to stop, or, where a regulator bans whoever can read, the power to see is held against it. */
  | { readonly kind: 'actor'; readonly actor: string; readonly power: 'stop' | 'see' }
  /** One endpoint of the configuration, or one model of it. */
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly model?: string }
  /** A model is withdrawn everywhere; with its licence, copies kept at home go too. */
  | { readonly kind: 'model'; readonly model: string; readonly licence: boolean }
  /** Nothing outside home is reached, and nobody outside home is asked. */
  | { readonly kind: 'outside-home' }

/** What can be cut: a route of the estate, or anything whose holders are known by name, such as `country:US`, `entity:x`, `unknown`. */
export type Cuttable = {
  readonly endpoint: string
  readonly model: string
  /** The model in the fact book, where it is known. */
  readonly weights?: string
  readonly actors: Readonly<Record<Power, Holders>>
}
type Holders = { has(actor: string): boolean; keys(): Iterable<string> }

/** Why a route falls, and who does it. INVARIANT(G3): what somebody unknown can do is not certain to happen, and not to be ruled out. */
export type Fall = {
  readonly certain: boolean
  /** What takes it away: an actor, or the endpoint or model that is cut itself. */
  readonly by: string
  /** Whose hand over the route lets that happen, and which power it is. */
  readonly hand?: { readonly actor: string; readonly power: Power }
}

/** What a cut does to a route; undefined where it stands. Pure, and the same for a rehearsed cut and a real one. */
export const fallOf = (cut: Cut, route: Cuttable, home: ReadonlySet<Jurisdiction>): Fall | undefined => {
  switch (cut.kind) {
    case 'actor':
      return held(route, cut.power, cut.actor)
    case 'endpoint':
      return cut.endpoint === route.endpoint && (cut.model === undefined || cut.model === route.model)
        ? { certain: true, by: `endpoint:${cut.endpoint}` }
        : undefined
    case 'model':
      return serves(route, cut.model) ? withdrawn(cut.model, cut.licence, route, home) : undefined
    case 'outside-home':
      return outsider(route, 'stop', home)
  }
}

/** Whether a route answers with a model: as the fact book knows it, or, where no row says which weights these are, by its bare name. */
export const serves = (route: Cuttable, model: string): boolean =>
  route.weights === undefined ? bareName(model) === bareName(route.model) : route.weights === model
const bareName = (model: string): string => model.slice(Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1).toLowerCase()

const held = ({ actors }: Cuttable, power: Power, actor: string): Fall | undefined => {
  if (actors[power].has(actor)) return inHand(actor, power)
  return actors[power].has(UNKNOWN) ? inHand(UNKNOWN, power) : undefined
}
const inHand = (actor: string, power: Power): Fall => ({ certain: actor !== UNKNOWN, by: actor, hand: { actor, power } })

/** Weights that nobody outside home can change are kept at home: their developer cannot take them back, but their licence can end. */
const withdrawn = (model: string, licence: boolean, route: Cuttable, home: ReadonlySet<Jurisdiction>): Fall | undefined => {
  if (licence) return { certain: true, by: model }
  const fall = outsider(route, 'change', home)
  return fall && { ...fall, by: model }
}

/** The first country outside home that holds the power; else somebody unknown who may. */
const outsider = ({ actors }: Cuttable, power: Power, home: ReadonlySet<Jurisdiction>): Fall | undefined => {
  for (const actor of actors[power].keys())
    if (actor.startsWith(COUNTRY) && !home.has(actor.slice(COUNTRY.length) as Jurisdiction)) return inHand(actor, power)
  return actors[power].has(UNKNOWN) ? inHand(UNKNOWN, power) : undefined
}
const COUNTRY = 'country:'
