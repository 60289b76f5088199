import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import type { JsonObject } from '../core/json.ts'
import { dayOf } from '../core/units.ts'
import { reachIn } from '../facts/reach.ts'
import { type Target, targetOf } from '../gateway/providers/places.ts'
import type { ProviderAuthentication, Within } from '../gateway/providers/profile.ts'
import { type AuthenticationSettings, type Authenticator, createAuthenticator } from '../http/authentication/index.ts'
import { Asker } from './asker.ts'
import { EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import { type LoadedConfiguration, parseConfiguration } from './config.ts'
import { authenticationSettings, type ConfiguredAuthentication, wayOf } from './endpoint-authentication.ts'
import { type Choice, chooseEndpoint } from './endpoint-choice.ts'
import { openConfiguration, replaceConfiguration, storeKey } from './endpoint-file.ts'
import { modelListUrl, type ProbeOutcome, probeModels } from './endpoint-probe.ts'
import { systemClock, systemRandom } from './exchange.ts'
import { readLaw } from './law.ts'
import { pathsOf } from './owner.ts'
import type { DataPaths } from './paths.ts'
import { shippedProfile } from './profiles.ts'
import { picksOf, reachSubject } from './snapshot.ts'
import { withEntry } from './yaml-edit.ts'

/** `allod endpoint add`: asks, shows, checks, and only then writes; whatever stops it leaves everything as it was. */
export const addEndpoint = async (provider: string, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const profile = shippedProfile(provider)
  if (!profile.ok) throw new UsageFailure(profile.error)
  const opened = openConfiguration(given)
  const asker = new Asker(terminal, !given.flag('yes') && !given.flag('json'))
  const choice = await chooseEndpoint(profile.value, given, asker, Object.keys(opened.configuration.endpoints))
  const key = keyOf(choice, pathsOf(given), dirname(opened.file))
  const entry = entryOf(choice, key.authentication, dirname(opened.file))
  const text = withEntry(opened.text, 'endpoints', choice.name, entry)
  const loaded = wouldLoad(text, opened.file)
  const target = targetFor(choice)
  const authenticator = authenticatorFor(choice, key, dirname(opened.file), terminal)
  const standing = standingOf(choice.name, loaded)
  if (!given.flag('json')) terminal.out(description(choice, target, standing))
  const outcome = await probe(choice, target, authenticator, { given, terminal, asker })
  authenticator.close()
  if (outcome.kind === 'refused' || outcome.kind === 'failed') {
    terminal.error(`allod endpoint: ${outcome.message}`)
    if (!(await asker.confirm('write it all the same?', false))) {
      terminal.error('nothing was written; --no-probe leaves this check out')
      return outcome.kind === 'refused' ? EXIT.no : EXIT.unavailable
    }
  } else if (!(await asker.confirm(`write \`${choice.name}\` to ${opened.file}?`, true))) return EXIT.no
  if (key.typed !== undefined) await storeKey(key.typed.file, key.typed.text)
  try {
    await replaceConfiguration(opened, text)
  } catch (failure) {
    if (key.typed !== undefined) rmSync(key.typed.file)
    throw failure
  }
  report(choice, { entry, target, standing, outcome, file: opened.file }, given, terminal)
  return EXIT.ok
}

/** The authentication that is written, and a key that must be stored first. */
type Key = { readonly authentication: ConfiguredAuthentication; readonly typed?: { readonly file: string; readonly text: string } }

const keyOf = (choice: Choice, paths: DataPaths, folder: string): Key => {
  const { name, method, key } = choice
  if (method === undefined || key === undefined) return { authentication: { kind: 'none' } }
  if ('environment' in key) return { authentication: configured(choice, method, undefined, key.environment) }
  if ('file' in key) return { authentication: configured(choice, method, pathFrom(folder, key.file), undefined) }
  const file = resolve(paths.secrets, `endpoint-${name}.key`)
  if (existsSync(file)) throw new UsageFailure(`\`${file}\` holds a key already; remove it, or name it with --key-file`)
  return { authentication: configured(choice, method, pathFrom(folder, file), undefined), typed: { file, text: key.typed } }
}

/** A key, shown as the profile would have it; where its owner wants it shown otherwise, that is written in full. */
const configured = (
  { profile, dialect }: Choice,
  method: ProviderAuthentication,
  file: string | undefined,
  environment: string | undefined,
): ConfiguredAuthentication => {
  const usual = wayOf(profile, dialect, undefined)
  const isUsual = usual.ok && usual.value === method
  if (!isUsual && method.kind === 'bearer')
    return { kind: 'bearer', ...(file === undefined ? { tokenEnvironment: environment } : { tokenFile: file }) }
  const base = { kind: 'key', ...(isUsual ? {} : { method: method.kind }) } as const
  return { ...base, ...(file === undefined ? { keyEnvironment: environment } : { keyFile: file }) }
}

/** Relative where the file lies below, so that a data directory can be moved. */
const pathFrom = (folder: string, file: string): string => {
  const path = relative(folder, file)
  return path.startsWith('..') ? file : path
}

/** The endpoint as it is written; what its profile would take anyway is left out, but for the region, which is worth a line. */
const entryOf = (choice: Choice, authentication: ConfiguredAuthentication, folder: string): JsonObject => {
  const { profile, place, parameters, baseUrl, authorityFile, subject, picks, models } = choice
  return {
    kind: choice.dialect,
    provider: profile.name,
    ...(profile.places.length > 1 && { region: place.name }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(authentication.kind !== 'none' && { authentication: authentication as JsonObject }),
    ...(authorityFile !== undefined && { certificateAuthorityFile: pathFrom(folder, authorityFile) }),
    ...(subject !== undefined && { subject }),
    ...(Object.keys(picks).length > 0 && { pick: picks }),
    models: Object.fromEntries(models.map((model) => [model, {}])),
  }
}

const wouldLoad = (text: string, file: string): LoadedConfiguration => {
  const parsed = parseConfiguration(text, basename(file))
  if (!parsed.ok) throw new UsageFailure(`the configuration would not load, so nothing was written: ${parsed.error.messages.join('; ')}`)
  return { configuration: parsed.value, file, folder: dirname(file) }
}

const targetFor = ({ profile, place, dialect, parameters, models: [model = ''], baseUrl }: Choice): Target => {
  const target = targetOf(profile, { dialect, place, parameters, model, ...(baseUrl !== undefined && { baseUrl }) })
  if (!target.ok) throw new UsageFailure(target.error.message)
  return target.value
}

/** A name no environment has: where a typed key stands until it is stored. */
const TYPED = 'the key that was typed'

/** Reads the key now: one that could not be sent is refused before anything is. */
const authenticatorFor = (choice: Choice, { authentication, typed }: Key, folder: string, terminal: Terminal): Authenticator => {
  const { profile, place, dialect, parameters, authorityFile, method } = choice
  const shown = typed === undefined || method === undefined ? authentication : configured(choice, method, undefined, TYPED)
  const endpoint = { kind: dialect, authentication: shown, parameters, certificateAuthorityFile: authorityFile }
  const settings = authenticationSettings(endpoint, { profile, place }, folder)
  const environment = { ...terminal.environment, ...(typed === undefined ? {} : { [TYPED]: typed.text }) }
  const made = settings.ok ? prepare(settings.value, environment) : settings
  if (!made.ok) throw new UsageFailure(made.error.message)
  return made.value
}

const prepare = (settings: AuthenticationSettings, environment: Terminal['environment']) =>
  createAuthenticator(settings, { clock: systemClock, random: systemRandom, environment })

/** What the facts say of the first model there. */
type Standing = {
  readonly subject: string
  readonly rows: number
  readonly see: readonly string[]
  readonly stop: readonly string[]
  readonly change: readonly string[]
  readonly unknown: readonly string[]
}

const standingOf = (name: string, loaded: LoadedConfiguration): Standing => {
  const law = readLaw(loaded, dayOf(systemClock()))
  if (!law.ok) throw new UsageFailure(`the configuration would not load, so nothing was written: ${law.error.messages.join('; ')}`)
  const endpoint = loaded.configuration.endpoints[name]
  if (endpoint === undefined || endpoint.kind === 'engine') throw new Error(`\`${name}\` was written and is not there`)
  const subject = reachSubject(name, endpoint, Object.keys(endpoint.models)[0] ?? '')
  const answer = reachIn(law.value.world(picksOf(endpoint)), subject)
  const names = (members: typeof answer.see) => members.map(({ jurisdiction }) => jurisdiction)
  return {
    subject,
    rows: answer.rows.length,
    see: names(answer.see),
    stop: names(answer.stop),
    change: names(answer.change),
    unknown: answer.missing.map(({ fact }) => fact),
  }
}

const description = ({ name, profile, place, dialect, method }: Choice, target: Target, standing: Standing): string => {
  const row = (label: string, text: string) => `  ${label.padEnd(9)} ${text}`
  const list = (members: readonly string[]) => `(${members.join(' ')})`
  const { logging } = profile
  return [
    `${name}: ${profile.title}`,
    row('address', `${target.baseUrl}, ${dialect}`),
    row('region', `${place.name}: ${withinWords(place.in)} (${place.evidence})`),
    row('key', method === undefined ? 'none' : `${method.kind} (${method.evidence})`),
    ...(logging === undefined
      ? []
      : [
          row(
            'logging',
            `${logging.default} by default; opt-out: ${logging.headers === undefined ? logging.optOut : 'sent with each call'}`,
          ),
        ]),
    row('reach', `see ${list(standing.see)}, stop ${list(standing.stop)}, change ${list(standing.change)}`),
    row('facts', `${standing.rows} about ${standing.subject}; the paths: allod who ${name}`),
    ...(standing.unknown.length === 0 ? [] : [row('unknown', unknownText(standing.unknown))]),
  ].join('\n')
}

const withinWords = (within: Within): string => {
  if (typeof within !== 'string') return `asked to run in ${within.join(' ')}`
  return { anywhere: 'may run anywhere', here: 'on a machine of yours', unknown: 'where it runs is not known' }[within]
}

const unknownText = (unknown: readonly string[]): string => {
  const more = unknown.length - 1
  return `what would settle it: ${unknown[0]}${more > 0 ? `, and ${more} more` : ''}`
}

type Showing = { readonly given: Given; readonly terminal: Terminal; readonly asker: Asker }

/** The host is shown first; a person may say no. */
const probe = async (
  choice: Choice,
  target: Target,
  authenticator: Authenticator,
  { given, terminal, asker }: Showing,
): Promise<ProbeOutcome> => {
  if (given.flag('no-probe')) return { kind: 'skipped', message: 'it was not asked' }
  const url = modelListUrl(choice.dialect, target.baseUrl)
  if (url === undefined)
    return { kind: 'skipped', message: `${choice.dialect} has no list of models to ask for, so the address was not checked` }
  terminal.error(`to be asked: GET ${url}${choice.key === undefined ? '' : ', with the key'} and without content`)
  if (!(await asker.confirm(`ask ${new URL(url).host} now?`, true))) return { kind: 'skipped', message: 'it was not asked' }
  const { authorityFile } = choice
  const certificateAuthority = authorityFile === undefined ? undefined : readFileSync(authorityFile, 'utf8')
  return probeModels({ url, headers: target.headers, certificateAuthority }, authenticator)
}

type Written = {
  readonly entry: JsonObject
  readonly target: Target
  readonly standing: Standing
  readonly outcome: ProbeOutcome
  readonly file: string
}

const report = (choice: Choice, { entry, target, standing, outcome, file }: Written, given: Given, terminal: Terminal): void => {
  const { name, models } = choice
  const listed = outcome.kind === 'listed' ? outcome.models : undefined
  const absent = listed === undefined ? [] : models.filter((model) => !listed.includes(model))
  if (given.flag('json')) {
    const probed = {
      outcome: outcome.kind,
      ...(outcome.kind === 'listed' ? { models: outcome.models } : { message: outcome.message }),
      absent,
    }
    terminal.out(JSON.stringify({ name, file, endpoint: entry, address: target.baseUrl, reach: standing, probe: probed }, null, 2))
    return
  }
  if (outcome.kind === 'listed') terminal.out(`it answers, and lists ${outcome.models.length} models`)
  else terminal.out(outcome.message)
  if (absent.length > 0) terminal.error(`it does not list ${absent.map((model) => `\`${model}\``).join(', ')}`)
  terminal.out(`\`${name}\` stands in ${file}; in force at the next start, or when the running exchange gets SIGHUP`)
  terminal.out(`an alias leads there with the target ${name}/${models[0] ?? ''}`)
}
