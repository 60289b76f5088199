// Generated calls: bodies, headers and what the test expects of them before anything is sent anywhere.
import type { Jurisdiction, Power, Reach } from '../../src/core/jurisdiction.ts'
import type { PathParameters } from '../../src/gateway/dialects/dialect.ts'
import type { IncomingHead } from '../../src/gateway/ports.ts'
import { CLASSES } from '../policy-worlds.ts'
import { EU } from './facts.ts'
import { DEMANDS, type Route } from './spoken.ts'
import type { Tape } from './tape.ts'
import {
  ALIASES,
  type Asking,
  type Edition,
  isPermitted,
  type Person,
  PURPOSES,
  reachIn,
  type Target,
  targetsFor,
  type World,
} from './world.ts'

/** What the caller accepts: members for each power it named, or undefined when the header cannot be read. */
type Accepted = ReadonlyMap<Power, ReadonlySet<string>> | undefined

export type CallPlan = {
  readonly number: number
  /** Undefined: the authorization does not name a key. */
  readonly person: Person | undefined
  readonly head: IncomingHead
  readonly body: Uint8Array
  /** The alias the body names, or undefined when the body must be refused. */
  readonly alias: string | undefined
  readonly streams: boolean
  /** Its answer is to be JSON. */
  readonly demandsForm: boolean
  readonly accepted: Accepted
  readonly arrives: number
  readonly bodyTakes: number
  readonly vanishes: number | undefined
  /** The caller stops reading behind so many writes. */
  readonly fullAfter: number | undefined
  readonly budget: 'budget-exhausted' | 'rate-limited' | 'budget-unavailable' | undefined
}

export const canary = (number: number): string => `content-of-call-${number}.`
const encoder = new TextEncoder()

export const drawCall = (tape: Tape, world: World, number: number, span: number): CallPlan => {
  const person = tape.pick([world.people[0], world.people[0], world.people[0], ...world.people])
  const knows = !tape.chance(3)
  const streams = tape.chance(50)
  const route = tape.pick<Route>(['chat', 'chat', 'chat', 'completions', 'embeddings', 'messages', 'messages', 'responses', 'gemini'])
  const { text, accepted } = drawAccept(tape)
  const demand = world.first.features.formless && tape.chance(streams ? 5 : 80) ? DEMANDS[route] : undefined
  const { body, alias, path } = drawBody(tape, { route, number, streams, demand })
  const head: IncomingHead = {
    route,
    ...(path === undefined ? {} : { path }),
    authorization: knows
      ? `${tape.pick(['Bearer', 'bearer'])} ${person.secret}`
      : tape.pick([undefined, 'Bearer nobody', `Basic ${person.secret}`, '']),
    dataClass: tape.chance(40)
      ? tape.pick([...CLASSES, 'public', 'internal', ...(tape.chance(8) ? ['Public', 'cosmic', ''] : [])] as [string])
      : undefined,
    purpose: tape.chance(25)
      ? tape.pick(['service', 'research', 'research', 'training', ...(tape.chance(10) ? ['ghost', 'marketing'] : [])])
      : undefined,
    jurisdictionAccept: text,
    subject: tape.chance(10) ? 'subject-7' : undefined,
    forwarded: tape.chance(10) ? ['accept', 'application/json'] : [],
  }
  return {
    number,
    person: knows ? person : undefined,
    head,
    body,
    alias,
    streams,
    demandsForm: demand !== undefined,
    accepted,
    arrives: tape.below(span),
    bodyTakes: tape.chance(30) ? tape.below(3000) : 0,
    vanishes: tape.chance(15) ? tape.below(6000) : undefined,
    fullAfter: tape.chance(10) ? tape.below(3) : undefined,
    budget: tape.chance(4) ? tape.pick(['budget-exhausted', 'rate-limited', 'budget-unavailable']) : undefined,
  }
}

type Wanted = { readonly route: Route; readonly number: number; readonly streams: boolean; readonly demand: string | undefined }
type Drawn = { readonly body: Uint8Array; readonly alias: string | undefined; readonly path?: PathParameters }
/** The members that hold the content, as each dialect has them. */
const contentOf = (route: Route, content: string): string => {
  if (route === 'completions') return `"prompt":"${content}"`
  if (route === 'embeddings') return `"input":"${content}"`
  if (route === 'responses') return `"input":[{"role":"user","content":"${content}"}]`
  return `${route === 'messages' ? '"max_tokens":50,' : ''}"messages":[{"role":"user","content":"${content}"}]`
}

const drawBody = (tape: Tape, { route, number, streams, demand }: Wanted): Drawn => {
  const demanded = demand === undefined ? '' : `,${demand}`
  const alias = tape.pick([...ALIASES, 'assistant', 'assistant', 'assistant', ...(tape.chance(6) ? ['nothing', 'far/m1', ''] : [])])
  const content = `${canary(number)} {\\"model\\":\\"m2\\"}`
  if (route === 'gemini') {
    const path = { model: alias, stream: streams }
    const fits = !tape.chance(5)
    return {
      body: encoder.encode(fits ? `{"contents":[{"role":"user","parts":[{"text":"${content}"}]}]${demanded}}` : `{"contents":7}`),
      path,
      alias: fits ? alias : undefined,
    }
  }
  const rest = `${contentOf(route, content)}${streams && route !== 'embeddings' ? ',"stream":true' : ''}${demanded}`
  const name = JSON.stringify(alias)
  const text = (members: string) => ({ body: encoder.encode(`{${members}}`), alias })
  const wrong = (members: string) => ({ body: encoder.encode(`{${members}}`), alias: undefined })
  if (!tape.chance(9)) return text(`"model":${name},${rest}`)
  switch (tape.below(12)) {
    case 0:
      return text(`${rest} , "nested":{"model":"far/m2"}, "model" :\t${name}\n`)
    case 1:
      return text(`"mod\\u0065l":${name},${rest}`)
    case 2:
      return text(`"model":"${[...alias].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}",${rest}`)
    case 3:
      return wrong(`"model":${name},${rest},"model":"draft"`)
    case 4:
      return wrong(`"model":${name},${rest},"mod\\u0065l":"m2"`)
    case 5:
      return wrong(`"Model":"m2","model":${name},${rest}`)
    case 6:
      return wrong(`"model":${name},${rest},"models":["m1","m2"]`)
    case 7:
      return wrong(`"model":${name},${rest},"fallbacks":[{"model":"m2"}]`)
    case 8:
      return wrong(rest)
    case 9:
      return wrong(`"model":[${name}],${rest}`)
    case 10:
      return { body: encoder.encode(`{"model":${name},${rest}`), alias: undefined }
    default:
      return { body: Uint8Array.of(...encoder.encode(`{"model":${name},${rest},"x":"`), 0xff, 0x22, 0x7d), alias: undefined }
  }
}

const POWER_LISTS: readonly [Power, Power, Power] = ['see', 'stop', 'change']
const drawAccept = (tape: Tape): { readonly text: string | undefined; readonly accepted: Accepted } => {
  if (!tape.chance(25)) return { text: undefined, accepted: new Map() }
  const accepted = new Map<Power, ReadonlySet<string>>()
  const parts: string[] = []
  for (const power of tape.some(POWER_LISTS, 50)) {
    const tokens = tape.some(['FR', 'DE', 'EU', 'US', 'IN'], 70)
    accepted.set(power, new Set(tokens.flatMap((token) => (token === 'EU' ? EU : [token]))))
    parts.push(`${power}=(${tokens.join(tape.chance(20) ? '  ' : ' ')})`)
  }
  const text = parts.join(tape.chance(20) ? ' ,\t' : ', ')
  if (!tape.chance(12)) return { text, accepted }
  const wrong = [
    'see=(fr)',
    'see=(FR',
    'see=FR',
    'see=(FR), see=(US)',
    'read=(FR)',
    'see=(FR);q=1',
    'see=(unknown)',
    'see=(FR),',
    'see=("FR")',
    'see=(FR,DE)',
    '*',
  ]
  return { text: wrong[tape.below(wrong.length)], accepted: undefined }
}

/** Statuses with which a call must be turned away before anything is planned; empty when it is to be planned. */
export const gateOf = ({ person, alias, head, accepted }: CallPlan): ReadonlySet<number> => {
  if (person === undefined) return new Set([401])
  const { key } = person
  const gate = new Set<number>()
  if (alias === undefined) gate.add(400)
  else if (!isAlias(alias) || (key.aliases !== 'all' && ![...key.aliases].some((name) => name === alias))) gate.add(404)
  if (!CLASSES.includes(key.dataClassFloor)) gate.add(500)
  if (head.dataClass !== undefined && !CLASSES.includes(head.dataClass)) gate.add(400)
  if (!PURPOSES.some((name) => name === (head.purpose ?? key.purposes[0]))) gate.add(400)
  if (accepted === undefined) gate.add(400)
  return gate
}
const isAlias = (name: string): boolean => ALIASES.some((alias) => alias === name)

/** Who asks, with what, for what: the caller may raise the class of its data, never lower it. */
export const askingOf = ({ head }: CallPlan, { key }: Person): Asking => {
  const raised = Math.max(CLASSES.indexOf(key.dataClassFloor), head.dataClass === undefined ? 0 : CLASSES.indexOf(head.dataClass))
  return { key, dataClass: CLASSES[raised] ?? 'none', purpose: head.purpose ?? key.purposes[0] }
}

/** INVARIANT(G1): where this call's content may go under the edition it arrived in, in the owner's order. */
export const permittedFor = (edition: Edition, plan: CallPlan, person: Person): readonly Target[] => {
  const asking = askingOf(plan, person)
  const mayUse = (person.key.purposes as readonly string[]).includes(asking.purpose)
  if (!mayUse || plan.alias === undefined) return []
  return targetsFor(edition, plan.alias, person.key).filter(
    (target) => isPermitted(edition, target, asking) && isAccepted(reachIn(edition, target), plan.accepted),
  )
}

const isAccepted = (reach: Reach, accepted: Accepted): boolean =>
  accepted !== undefined && [...accepted].every(([power, members]) => reach[power].every((member: Jurisdiction) => members.has(member)))
