// The first steps of a new exchange: each writes one thing into the owner's own file and puts it in force.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isName } from '../../core/ids.ts'
import type { JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { parseCountry } from '../../facts/countries.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { permits } from '../../policy/decision.ts'
import { PRESETS } from '../../policy/presets.ts'
import { mayDecide } from '../../store/administrators.ts'
import { parseConfiguration } from '../config.ts'
import type { Configuration } from '../config-schema.ts'
import type { Exchange } from '../exchange.ts'
import { readLaw } from '../law.ts'
import { DEFAULT_CONFIGURATION } from '../owner.ts'
import { profileNames, shippedProfile } from '../profiles.ts'
import { withValue } from '../yaml-value.ts'
import { changeConfiguration } from './configuration-change.ts'
import type { ConsoleGround } from './ground.ts'
import { placesOfRoutes } from './places.ts'
import type { RunBook } from './run-book.ts'

type Routes =
  | 'GET /start'
  | 'PUT /start/home'
  | 'PUT /start/alliance'
  | 'PUT /start/owners'
  | 'PUT /start/alias'
  | 'POST /start/rules'
  | 'PUT /start/rules'
type Preset = Question<'PUT /start/rules'>['body']['preset']
type Edit = (text: string) => string

export const startHandlers = (ground: ConsoleGround, runs: RunBook): Pick<Handlers, Routes> => {
  const change = (what: string, edit: Edit, who: Visitor) => changeConfiguration(ground, { what, edit }, who)
  return {
    'GET /start': () => state(ground, runs),
    'PUT /start/home': async ({ body: { seat, operator } }, who) => {
      if (parseCountry(seat) === undefined) return unusable(`\`${seat}\` is no country of ISO 3166-1`)
      const edit: Edit = (text) =>
        [
          [['exchange', 'seat'], seat],
          [['exchange', 'operator'], operator],
          [['home'], [seat]],
        ].reduce((before, [path, value]) => withValue(before, path as [string], value as string), text)
      return change(`live under the law of ${seat}`, edit, who)
    },
    'PUT /start/alliance': async ({ body: { members } }, who) => {
      const strange = members.find((member) => !member.startsWith('bloc:') && parseCountry(member) === undefined)
      if (strange !== undefined) return unusable(`\`${strange}\` is no country of ISO 3166-1`)
      return change(`trust ${members.join(', ') || 'nobody'} as an alliance`, (text) => withValue(text, ['sets', 'alliance'], members), who)
    },
    'PUT /start/owners': async ({ body }, who) => {
      const listed = ground.exchange().store.administrators.list()
      if (!listed.ok) return err({ kind: 'unavailable', message: listed.error.message })
      const people = listed.value.filter(({ revoked, role }) => revoked === undefined && mayDecide(role)).length
      // More than there are could decide nothing any more, not even to undo this.
      if (Math.max(...Object.values(body)) > Math.max(1, people))
        return unusable(`there are ${people} people here who may decide; no more can have to agree`)
      const edit: Edit = (text) => Object.entries(body).reduce((before, [act, count]) => withValue(before, ['approvals', act], count), text)
      return change(
        `let so many people decide: ${Object.entries(body)
          .map(([act, count]) => `${act} ${count}`)
          .join(', ')}`,
        edit,
        who,
      )
    },
    'PUT /start/alias': ({ body }, who) => lead(ground, body, who),
    'POST /start/rules': async () => previews(ground),
    'PUT /start/rules': ({ body: { preset } }, who) =>
      change(`follow the policy \`${preset}\``, (text) => ruled(ground.exchange(), text, preset), who),
  }
}

const unusable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unusable', message })
const configurationOf = ({ exchange }: ConsoleGround): Configuration => exchange().loaded.configuration

const state = async (ground: ConsoleGround, runs: RunBook): Promise<Result<Answer<'GET /start'>, ConsoleFailure>> => {
  const { loaded, law, store } = ground.exchange()
  const { exchange, sets, approvals, aliases, policy, home } = loaded.configuration
  const drills = await runs.list()
  if (!drills.ok) return drills
  const people = store.administrators.list()
  if (!people.ok) return err({ kind: 'unavailable', message: people.error.message })
  const { cut, restore, policy: forPolicy, key } = approvals
  return ok({
    isNew: readFileSync(loaded.file, 'utf8') === readFileSync(DEFAULT_CONFIGURATION, 'utf8'),
    seat: exchange.seat,
    operator: exchange.operator,
    home: [...home],
    alliance: { written: [...(sets.alliance ?? [])], members: [...(law.context.sets.get('alliance') ?? [])].sort() },
    blocs: [...law.blocs].map(([name, members]) => ({ name, members: [...members].sort() })),
    owners: { cut, restore, policy: forPolicy, key, people: people.value.filter(({ revoked }) => revoked === undefined).length },
    endpoints: endpointsOf(ground),
    aliases: Object.entries(aliases).map(([name, { targets }]) => ({ name, targets: [...targets] })),
    preset: policy.preset ?? null,
    drills: drills.value.runs.length,
  })
}

const endpointsOf = (ground: ConsoleGround): Answer<'GET /start'>['endpoints'] => {
  const snapshot = ground.snapshot()
  const places = placesOfRoutes(ground.exchange(), snapshot)
  return [...snapshot.endpoints.values()].map(({ id, models, simulated }) => {
    const names = [...models.keys()]
    const { place = 'unknown', country } = places.get(`${id}/${names[0] ?? ''}`) ?? {}
    return { name: id, models: names, place, country: country ?? null, simulated }
  })
}

const HELPER = 'assistant'
/** `assistant` asks the new endpoint first: what may go there is for the policy to say, not for the order. */
const lead = async (
  ground: ConsoleGround,
  { endpoint, model, simulates }: Question<'PUT /start/alias'>['body'],
  who: Visitor,
): Promise<Result<Answer<'PUT /start/alias'>, ConsoleFailure>> => {
  const { aliases, endpoints, dataClasses } = configurationOf(ground)
  if (!isName(endpoint)) return unusable(`\`${endpoint}\` is no name; write lower case letters, digits, \`.\`, \`_\` or \`-\``)
  const settings = Object.hasOwn(endpoints, endpoint) ? endpoints[endpoint] : undefined
  const simulation = simulates === undefined ? ok(undefined) : simulationOf(simulates, model)
  if (!simulation.ok) return simulation
  if (simulation.value !== undefined && settings !== undefined) return unusable(`there is an endpoint \`${endpoint}\` already`)
  if (simulation.value === undefined && (settings === undefined || settings.kind === 'engine'))
    return unusable(`there is no endpoint \`${endpoint}\` outside`)
  const target = `${endpoint}/${model}`
  const known = aliases[HELPER]?.targets ?? []
  // Data that may not go abroad would find nobody behind this alias, and that is meant.
  const own = { targets: [target], refuses: dataClasses.slice(1) }
  const edit: Edit = (text) => {
    const there = simulation.value === undefined ? text : withValue(text, ['endpoints', endpoint], simulation.value)
    const led = withValue(there, ['aliases', HELPER, 'targets'], [target, ...known.filter((each) => each !== target)])
    return aliases[endpoint] === undefined ? withValue(led, ['aliases', endpoint], own) : led
  }
  const changed = await changeConfiguration(ground, { what: `let \`${HELPER}\` lead to \`${target}\``, edit }, who)
  return changed.ok ? ok({ ...changed.value, alias: endpoint }) : changed
}

/** What the configuration says of an endpoint that a simulation stands for: the provider's first place, by its first dialect. */
const simulationOf = (provider: string, model: string): Result<JsonObject, ConsoleFailure> => {
  const profile = profileNames().includes(provider) ? shippedProfile(provider) : undefined
  if (profile?.ok !== true) return unusable(`there is no provider \`${provider}\``)
  const { dialects, places } = profile.value
  const [kind = ''] = Object.keys(dialects)
  return ok({ kind, provider, region: places[0]?.name ?? '', simulated: true, models: { [model]: {} } })
}

/** The configuration with this preset, and with the names that the preset speaks of where the owner has none yet. */
const ruled = ({ loaded: { configuration } }: Pick<Exchange, 'loaded'>, text: string, preset: Preset): string => {
  const { exchange, sets } = configuration
  const alliance = sets.alliance ?? []
  const home = preset === 'coalition' ? [exchange.seat, ...alliance.filter((member) => member !== exchange.seat)] : [exchange.seat]
  const following = withValue(withValue(text, ['policy'], { preset }), ['home'], home)
  const isMissing = PRESETS[preset].sets.some((name) => name === 'adequate') && sets.adequate === undefined
  return isMissing ? withValue(following, ['sets', 'adequate'], alliance.length > 0 ? alliance : [exchange.seat]) : following
}

const previews = (ground: ConsoleGround): Result<Answer<'POST /start/rules'>, ConsoleFailure> => {
  const { loaded } = ground.exchange()
  const text = readFileSync(loaded.file, 'utf8')
  const presets: Answer<'POST /start/rules'>['presets'] = []
  for (const preset of ['full-stack', 'hybrid', 'coalition'] as const) {
    const parsed = parseConfiguration(ruled({ loaded }, text, preset), basename(loaded.file))
    if (!parsed.ok) return unusable(parsed.error.messages.join('; '))
    const classes = decided(ground, parsed.value)
    if (!classes.ok) return classes
    presets.push({ preset, summary: PRESETS[preset].summary, classes: classes.value })
  }
  return ok({ presets })
}

type Classes = Answer<'POST /start/rules'>['presets'][number]['classes']
/** Who could answer data of each class, asked for the first application and its first purpose. */
const decided = (ground: ConsoleGround, configuration: Configuration): Result<Classes, ConsoleFailure> => {
  const exchange = ground.exchange()
  const snapshot = ground.snapshot()
  const law = readLaw({ ...exchange.loaded, configuration }, exchange.law.day)
  if (!law.ok) return unusable(law.error.messages.join('; '))
  const [tenant = '', { applications } = { applications: {} }] = Object.entries(configuration.tenants)[0] ?? []
  const [application = ''] = Object.keys(applications)
  const purpose = Object.keys(configuration.purposes)[0] ?? ''
  const places = placesOfRoutes({ law: law.value }, { ...snapshot, home: law.value.context.home })
  const routes = [...snapshot.endpoints.values()].flatMap((endpoint) => [...endpoint.models.values()].map((model) => ({ endpoint, model })))
  return ok(
    configuration.dataClasses.map((dataClass) => ({
      dataClass,
      may: routes.flatMap(({ endpoint, model }) => {
        const asker = { tenant, application } as Pick<Parameters<typeof law.value.policies.decide>[0], 'tenant' | 'application'>
        const route = `${endpoint.id}/${model.model}`
        const question = {
          ...asker,
          dataClass,
          purpose,
          endpoint: endpoint.id,
          model: model.model,
          reach: model.reach,
          facts: model.facts,
          tags: endpoint.tags,
        }
        const decision = law.value.policies.decide(question)
        const { place = 'unknown', country } = places.get(route) ?? {}
        return permits(decision) ? [{ route, place, country: country ?? null }] : []
      }),
    })),
  )
}
