// Calls from the chat page: made through the gateway in the name of an application, by the same plan, budget and record as its own.
import type { AliasName, ApplicationId, CallId, KeyId, TenantId } from '../../core/ids.ts'
import { parseCallId } from '../../core/ids.ts'
import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { costOf } from '../../gateway/costs.ts'
import { makePlan, targetsOf } from '../../gateway/plan.ts'
import type { Key } from '../../gateway/ports.ts'
import type { Alias, EndpointModel, Snapshot, Target } from '../../gateway/snapshot.ts'
import type { ChatLine } from '../../http/console/contract/chat.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import { FileAnswer } from '../../http/console/contract/route.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import type { Configuration } from '../config-schema.ts'
import { keyDefaults } from '../exchange.ts'
import { narrow } from '../ring.ts'
import { ChatResponder } from './chat-hearing.ts'
import type { ConsoleGround } from './ground.ts'
import { placesOfRoutes } from './places.ts'
import { Told } from './told.ts'

type ChatRoute = 'GET /chat' | 'POST /chat/plan' | 'POST /chat/answers' | 'GET /chat/ratings' | 'POST /chat/ratings'
type Choice = Question<'POST /chat/plan'>['body']

export const chatHandlers = (ground: ConsoleGround): Pick<Handlers, ChatRoute> => ({
  'GET /chat': async (_asked, who) => ok(whatThereIs(ground, who)),
  'POST /chat/plan': async ({ body }, who) => plan(ground, body, who),
  'POST /chat/answers': async ({ body }, who, gone) => answer(ground, body, who, gone),
  'GET /chat/ratings': async () => {
    const sums = ground.exchange().store.ratings.sums()
    return sums.ok ? ok({ ...sums.value, rows: [...sums.value.rows] }) : unavailable(sums.error.message)
  },
  'POST /chat/ratings': async ({ body }, who) => rate(ground, body, who),
})

const unusable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unusable', message })
const unavailable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unavailable', message })

const whatThereIs = (ground: ConsoleGround, who: Visitor): Answer<'GET /chat'> => {
  const { configuration } = ground.exchange().loaded
  const snapshot = ground.snapshot()
  const applications = Object.entries(configuration.tenants).flatMap(([tenant, { applications: of }]) =>
    Object.keys(of).flatMap((name) => {
      const key = keyOf(who, tenant, name, configuration)
      if (key === undefined) return []
      const { dataClassFloor, purposes, jurisdiction = snapshot.seat } = key
      const aliases = [...snapshot.aliases.keys()].filter((alias) => mayUse(key, alias))
      return [{ name: `${tenant}/${name}`, dataClassFloor, purposes: [...purposes], jurisdiction, aliases }]
    }),
  )
  const describe = describer(ground, snapshot)
  return {
    applications,
    aliases: [...snapshot.aliases.values()].map(({ name, targets, byJurisdiction }) => ({
      name,
      targets: distinct([...targets, ...[...byJurisdiction.values()].flat()]).flatMap((target) => describe(target) ?? []),
    })),
  }
}

const nameOf = ({ endpoint, model }: Target): string => `${endpoint}/${model}`
const distinct = (targets: readonly Target[]): Target[] => [...new Map(targets.map((target) => [nameOf(target), target])).values()]
const modelOf = (snapshot: Snapshot, { endpoint, model }: Target): EndpointModel | undefined =>
  snapshot.endpoints.get(endpoint)?.models.get(model)

const describer = (ground: ConsoleGround, snapshot: Snapshot) => {
  const places = placesOfRoutes(ground.exchange(), snapshot)
  return (target: Target): Answer<'GET /chat'>['aliases'][number]['targets'][number] | undefined => {
    const [endpoint, model] = [snapshot.endpoints.get(target.endpoint), modelOf(snapshot, target)]
    if (endpoint === undefined || model === undefined) return undefined
    const { place = 'unknown', country } = places.get(nameOf(target)) ?? {}
    const { see, stop, change } = model.reach
    const reach = { see: [...see], stop: [...stop], change: [...change] }
    return { ...target, simulated: endpoint.simulated, place, country: country ?? null, reach }
  }
}

/** What a person chose, checked: their key, and the alias as the exchange has it or narrowed to one endpoint. */
type Chosen = { readonly key: Key; readonly alias: Alias; readonly snapshot: Snapshot }

const choose = (
  ground: ConsoleGround,
  { application: named, alias: wanted, only, ...rest }: Choice,
  who: Visitor,
): Result<Chosen, ConsoleFailure> => {
  const { configuration } = ground.exchange().loaded
  const snapshot = ground.snapshot()
  const [tenant = '', application = ''] = named.split('/')
  const settings = Object.hasOwn(configuration.tenants, tenant) ? configuration.tenants[tenant]?.applications[application] : undefined
  if (settings === undefined) return unusable(`there is no application \`${named}\``)
  const alias = snapshot.aliases.get(wanted as AliasName)
  if (alias === undefined) {
    const close = nearest(wanted, [...snapshot.aliases.keys()])
    return unusable(`there is no alias \`${wanted}\`${close === undefined ? '' : `; did you mean \`${close}\`?`}`)
  }
  if (!snapshot.dataClasses.includes(rest.dataClass)) return unusable(`there is no data class \`${rest.dataClass}\``)
  const key = keyOf(who, tenant, application, configuration)
  if (key === undefined) return unusable(`\`${named}\` may make no calls`)
  if (!key.purposes.includes(rest.purpose))
    return unusable(`\`${named}\` has no purpose \`${rest.purpose}\`; it has ${key.purposes.join(', ')}`)
  if (!mayUse(key, alias.name)) return unusable(`\`${named}\` may not use \`${wanted}\``)
  if (only === undefined) return ok({ key, alias, snapshot })
  const target = targetsOf(alias, key, snapshot).find((each) => nameOf(each) === only)
  if (target === undefined) return unusable(`\`${wanted}\` does not lead to \`${only}\``)
  return ok({ key, ...narrowed(snapshot, alias, target) })
}

/** INVARIANT: all that the application may and no more, as for a key of its own; whoever asked stands in each record. */
const keyOf = (who: Pick<Visitor, 'name'>, tenant: string, application: string, configuration: Configuration): Key | undefined => {
  const settings = configuration.tenants[tenant]?.applications[application]
  if (settings === undefined) return undefined
  const { dataClassFloor, purposes } = keyDefaults(configuration, settings)
  const owner = { tenant: tenant as TenantId, application: application as ApplicationId }
  return narrow({ id: `console.${who.name}` as KeyId, ...owner, dataClassFloor, purposes, aliases: 'all' }, configuration)
}
const mayUse = ({ aliases }: Key, alias: AliasName): boolean => aliases === 'all' || aliases.has(alias)

/** The same exchange, in which this alias leads to one endpoint alone: a caller may narrow, never widen. */
const narrowed = (snapshot: Snapshot, alias: Alias, target: Target): Omit<Chosen, 'key'> => {
  let known = NARROWED.get(snapshot)
  if (known === undefined) {
    known = new Map()
    NARROWED.set(snapshot, known)
  }
  const name = `${alias.name} ${nameOf(target)}`
  const kept = known.get(name) ?? {
    ...snapshot,
    aliases: new Map([...snapshot.aliases, [alias.name, { ...alias, targets: [target], byJurisdiction: new Map() }]]),
  }
  known.set(name, kept)
  return { snapshot: kept, alias: kept.aliases.get(alias.name) ?? alias }
}
// Plans are kept by snapshot, so the narrowed one is too.
const NARROWED = new WeakMap<Snapshot, Map<string, Snapshot>>()

const plan = (ground: ConsoleGround, choice: Choice, who: Visitor): Result<Answer<'POST /chat/plan'>, ConsoleFailure> => {
  const chosen = choose(ground, choice, who)
  if (!chosen.ok) return chosen
  const { dataClass, purpose } = choice
  const made = makePlan({ ...chosen.value, dataClass: highest(chosen.value, dataClass), purpose, narrowing: undefined })
  const describe = describer(ground, chosen.value.snapshot)
  return ok({
    steps: made.steps.flatMap(({ endpoint, model }) => describe({ endpoint: endpoint.id, model: model.model }) ?? []),
    refused: made.refused.flatMap(({ endpoint, model, refusedBy, possible }) => {
      const target = describe({ endpoint, model } as Target)
      return target === undefined ? [] : { ...target, reasons: refusedBy.map(({ reason }) => reason), possible: [...possible] }
    }),
  })
}

/** A caller may raise the class of the application’s floor, never lower it. */
const highest = ({ snapshot: { dataClasses }, key }: Chosen, dataClass: string): string =>
  dataClasses.indexOf(dataClass) > dataClasses.indexOf(key.dataClassFloor) ? dataClass : key.dataClassFloor

const answer = (
  ground: ConsoleGround,
  body: Question<'POST /chat/answers'>['body'],
  who: Visitor,
  gone: AbortSignal,
): Result<FileAnswer, ConsoleFailure> => {
  const { messages, maxTokens, ...choice } = body
  const chosen = choose(ground, choice, who)
  if (!chosen.ok) return chosen
  const { key, snapshot } = chosen.value
  if (ground.isFrozen(key)) return err({ kind: 'refused', message: `the calls of \`${choice.application}\` are frozen` })
  const told = new Told<ChatLine>()
  const responder = new ChatResponder({ ...hearing(ground, chosen.value), tell: (line) => told.tell(line), over: () => told.over() })
  const request = {
    model: choice.alias,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  }
  const head = {
    route: 'chat' as const,
    authorization: undefined,
    dataClass: highest(chosen.value, choice.dataClass),
    purpose: choice.purpose,
    jurisdictionAccept: undefined,
    subject: undefined,
    forwarded: [],
  }
  const authenticated = { snapshot, key, head, arrived: ground.exchange().clock() }
  const control = ground.gateway.call(authenticated, Buffer.from(JSON.stringify(request)), responder)
  const leave = (): void => control?.vanished()
  gone.addEventListener('abort', leave, { once: true })
  return ok(new FileAnswer('answer.jsonl', 'application/jsonl', told.lines(leave)))
}

const hearing = (ground: ConsoleGround, { alias, key, snapshot }: Chosen) => {
  const targets = targetsOf(alias, key, snapshot)
  const describe = describer(ground, snapshot)
  const targetOf = (endpoint: string) => targets.filter((each) => each.endpoint === endpoint)
  return {
    began: (header: (name: string) => string): Extract<ChatLine, { kind: 'began' }> => {
      const found = targetOf(header('allod-endpoint'))
      // An alias may lead to several models of one endpoint, and the answer names the endpoint alone.
      const [one] = found.map(describe)
      return {
        kind: 'began',
        call: header('allod-call'),
        endpoint: header('allod-endpoint'),
        model: found.length === 1 ? (one?.model ?? null) : null,
        simulated: header('allod-simulated') === 'true',
        place: one?.place ?? 'unknown',
        country: one?.country ?? null,
        served: header('jurisdiction-served'),
        warnings: header('allod-warnings'),
      }
    },
    costOf: (endpoint: string, input: number, output: number): number | null => {
      const [target, ...others] = targetOf(endpoint)
      const model = target === undefined || others.length > 0 ? undefined : modelOf(snapshot, target)
      return model === undefined ? null : costOf(model.price, input, output)
    },
  }
}

const rate = (
  ground: ConsoleGround,
  { answers, verdict, best, texts, ...rest }: Question<'POST /chat/ratings'>['body'],
  who: Visitor,
): Result<Answer<'POST /chat/ratings'>, ConsoleFailure> => {
  if ((verdict === 'best') !== (best !== undefined) || (best ?? 0) >= answers.length)
    return unusable('`best` must be the place of one of the answers, and stand only with the verdict `best`')
  if (texts !== undefined && texts.answers.length !== answers.length) return unusable('`texts.answers` must hold a text for each answer')
  const named: { call: CallId; endpoint: string; model: string }[] = []
  for (const { call, endpoint, model } of answers) {
    const id = parseCallId(call)
    if (id === undefined) return unusable(`\`${call}\` is no call id`)
    named.push({ call: id, endpoint, model })
  }
  const { store, clock } = ground.exchange()
  const added = store.ratings.add({
    ...rest,
    time: clock(),
    person: who.name,
    answers: named,
    verdict,
    ...(best === undefined ? {} : { best }),
    ...(texts === undefined ? {} : { texts }),
  })
  return added.ok ? ok({ rating: added.value }) : unavailable(added.error.message)
}
