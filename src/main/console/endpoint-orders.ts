// What may be ordered of endpoints: to add one, as `allod endpoint add` does it, and to ask one for its models.
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isName } from '../../core/ids.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { authenticationsFor } from '../../gateway/providers/places.ts'
import { createAuthenticator } from '../../http/authentication/index.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import { replaceFile } from '../../store/durable.ts'
import { type Given, UsageFailure } from '../command.ts'
import { addEndpoint } from '../endpoint-add.ts'
import { modelListUrl, type ProbeOutcome, probeModels } from '../endpoint-probe.ts'
import { profileNames, shippedProfile } from '../profiles.ts'
import { providedFor } from '../providers.ts'
import type { FoundEndpoint } from './endpoints.ts'
import type { ConsoleGround } from './ground.ts'

type NewEndpoint = Question<'POST /endpoints'>['body']
type Added = Answer<'POST /endpoints'>
type Probed = Answer<'POST /endpoints/{name}/probe'>
const unusable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unusable', message })

export const shippedProviders = (): Answer<'GET /providers'>['providers'] =>
  profileNames().flatMap((name) => {
    const read = shippedProfile(name)
    if (!read.ok) return []
    const { title, kind, dialects, places, parameters, modelIds } = read.value
    const spoken = Object.keys(dialects) as (keyof typeof dialects)[]
    return [
      {
        name,
        title,
        kind,
        dialects: spoken,
        regions: places.map((place) => ({
          name: place.name,
          in: typeof place.in === 'string' ? [place.in] : [...place.in],
          facts: place.facts ?? null,
        })),
        parameters: Object.entries(parameters).map(([parameter, each]) => ({
          name: parameter,
          title: each.title,
          default: each.default ?? null,
          optional: each.optional === true,
        })),
        takesKey: spoken.some((dialect) => authenticationsFor(read.value, dialect).some((way) => way.kind !== 'none')),
        modelExample: modelIds?.example ?? null,
      },
    ]
  })

/** Where a key may come from when a browser says so. INVARIANT: no secret of the server’s own can be named, and sent out as a key. */
const VARIABLE = /^ALLOD_ENDPOINT_[A-Z0-9_]{1,80}$/
const KEY_FILE = /^endpoint-[a-z0-9][a-z0-9._-]{0,80}$/

const keyOptions = (key: NewEndpoint['key'], secrets: string): Result<Readonly<Record<string, string>>, ConsoleFailure> => {
  if (key === undefined) return ok({})
  if ('environment' in key)
    return VARIABLE.test(key.environment)
      ? ok({ 'key-environment': key.environment })
      : unusable(`\`key.environment\`: the name of a variable must begin with \`ALLOD_ENDPOINT_\`, such as \`ALLOD_ENDPOINT_FRONTIER\``)
  return KEY_FILE.test(key.file)
    ? ok({ 'key-file': join(secrets, key.file) })
    : unusable(`\`key.file\`: name a file in \`${secrets}\` that begins with \`endpoint-\`, such as \`endpoint-frontier.key\``)
}

/** Checks, and writes what would load; whatever stops it leaves the file as it was. */
export const addFromConsole = async (ground: ConsoleGround, body: NewEndpoint, who: Visitor): Promise<Result<Added, ConsoleFailure>> => {
  const { loaded, paths } = ground.exchange()
  if (!isName(body.name)) return unusable(`\`name\`: \`${body.name}\` is no name; write lower case letters, digits, \`.\`, \`_\` or \`-\``)
  const key = keyOptions(body.key, paths.secrets)
  if (!key.ok) return key
  const before = readFileSync(loaded.file, 'utf8')
  const told = await ordered(ground, body, key.value)
  if (!told.ok) return told
  const inForce = await putInForce(ground, body.name, who)
  if (!inForce.ok) {
    await replaceFile(loaded.file, before, dirname(loaded.file), statSync(loaded.file).mode & 0o777)
    return inForce
  }
  const { reach, probe } = told.value
  const [standing, asked] = [isJsonObject(reach) ? reach : {}, isJsonObject(probe) ? probe : {}]
  return ok({
    name: body.name,
    outcome: inForce.value,
    subject: String(standing.subject ?? ''),
    facts: Number(standing.rows ?? 0),
    unknowns: Array.isArray(standing.unknown) ? standing.unknown.map(String) : [],
    probe: String(asked.outcome ?? 'skipped'),
  })
}

/** The command, with what it is told and nobody to ask. */
const ordered = async (
  { exchange, sandbox }: ConsoleGround,
  { provider, name, region, dialect, url, models, parameters, probe }: NewEndpoint,
  key: Readonly<Record<string, string>>,
): Promise<Result<JsonObject, ConsoleFailure>> => {
  const { loaded, paths } = exchange()
  const texts: Readonly<Record<string, string | undefined>> = { name, region, dialect, url, ...key, config: loaded.file, data: paths.root }
  const lists: Readonly<Record<string, readonly string[]>> = {
    model: models,
    parameter: Object.entries(parameters).map(([parameter, value]) => `${parameter}=${value}`),
  }
  // Where outside endpoints are simulated nothing outside is asked.
  const flags = new Set(['json', 'yes', ...(probe && !sandbox ? [] : ['no-probe'])])
  const given: Given = {
    positionals: ['add', provider],
    text: (option) => texts[option],
    texts: (option) => lists[option] ?? [],
    flag: (option) => flags.has(option),
  }
  const [out, errors]: [string[], string[]] = [[], []]
  const terminal = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    isTerminal: false,
    environment: process.env,
  }
  try {
    const code = await addEndpoint(provider, given, terminal)
    const written = code === 0 ? parseJson(out.join('\n'), { maxLength: 1 << 20, maxDepth: 16 }) : undefined
    if (written?.ok && isJsonObject(written.value)) return ok(written.value)
    return err({ kind: 'refused', message: errors.join('; ').replaceAll('allod endpoint: ', '') })
  } catch (failure) {
    if (failure instanceof UsageFailure) return unusable(failure.message)
    throw failure
  }
}

/** In the name of who ordered it where one person decides alone; else it waits for those who must agree. */
const putInForce = async (
  { governing, enforce, reload }: ConsoleGround,
  name: string,
  who: Visitor,
): Promise<Result<string, ConsoleFailure>> => {
  if (governing.approvals.needs('policy') > 1) {
    const reloaded = await reload()
    return reloaded.ok ? ok('waits') : reloaded
  }
  const enforced = await enforce({ by: [who.name], reason: `add endpoint \`${name}\`` })
  return enforced.ok ? ok('in-force') : enforced
}

/** One GET without content; a simulation is asked in the endpoint’s place where one stands there. INVARIANT: nothing that is cut is asked. */
export const probeFromConsole = async (
  { exchange, governing }: ConsoleGround,
  { endpoint, settings }: FoundEndpoint,
): Promise<Result<Probed, ConsoleFailure>> => {
  const models = [...endpoint.models.values()]
  const cut = models.find((model) => governing.cutting.inForce.isCut(endpoint, model))
  if (cut !== undefined)
    return err({ kind: 'refused', message: `\`${endpoint.id}/${cut.model}\` is cut, and nothing that is cut is asked` })
  if (settings.kind === 'engine') return ok(told({ kind: 'skipped', message: 'it runs on this machine' }, []))
  const url = modelListUrl(endpoint.dialect, endpoint.baseUrl)
  if (url === undefined) return ok(told({ kind: 'skipped', message: `${endpoint.dialect} has no list of models to ask for` }, []))
  const provided = endpoint.simulated ? undefined : providedFor(settings)
  if (provided?.ok === false) return unusable(provided.error.message)
  const shown = provided === undefined ? ok({ kind: 'none' } as const) : provided.value.authentication(exchange().loaded.folder)
  if (!shown.ok) return unusable(shown.error.message)
  const made = createAuthenticator(shown.value, { clock: exchange().clock, random: exchange().random, environment: process.env })
  if (!made.ok) return unusable(made.error.message)
  const { certificateAuthority } = endpoint
  const outcome = await probeModels({ url, headers: endpoint.provider?.headers ?? [], certificateAuthority }, made.value)
  made.value.close()
  return ok(
    told(
      outcome,
      models.map(({ nameThere }) => nameThere),
    ),
  )
}

const told = (outcome: ProbeOutcome, expected: readonly string[]): Probed => {
  if (outcome.kind !== 'listed') return { outcome: outcome.kind, message: outcome.message, models: [], absent: [] }
  const { models } = outcome
  return { outcome: 'listed', message: '', models: [...models].slice(0, 500), absent: expected.filter((model) => !models.includes(model)) }
}
