// What the gateway makes of every class of deviation: seen by sending calls through an exchange as its owner starts it, to simulated
// vendors that have them. Nothing here is written by hand; what is said of a call is read off what was sent, what came and what it said.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts'
import type { Warning } from '../../src/gateway/dialects/neutral.ts'
import { authenticationsFor, placeNamed, targetOf } from '../../src/gateway/providers/places.ts'
import { probe } from '../../src/main/probe.ts'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { shipped } from '../providers/shipped.ts'
import { startVendor } from '../vendors/index.ts'
import { at, deltasOf, type Seen, seenOf } from '../vendors/probe.ts'
import type { Received, Simulated } from '../vendors/simulator/server.ts'
import { DEVIATIONS, nameOf } from './deviations.ts'
import { here } from './here.ts'
import { type Came, TRIALS, type Trial, type Turned } from './trials.ts'
import { CASES, type Case } from './vendors.ts'

/**
 * `bridged`: brought about by other means, and said so. `declared`: left out or approximated, and said so. `adapted`: said or shown in the
 * endpoint's or the dialect's words, without loss. `refused`: not sent on. `passed on`: as it came.
 */
export type Verdict = 'bridged' | 'declared' | 'adapted' | 'refused' | 'passed on'
export type Outcome = { readonly vendor: string; readonly verdict: Verdict; readonly says: readonly string[] }

type Running = { readonly simulated: Simulated; readonly alias: string }
type Asked = { readonly seen: Seen; readonly body: JsonObject; readonly received: Received | undefined }

/** By the number of the class; first as documented, then, where documentation does not tell, with what the lab measured in force. */
export const bridgeAll = async (): Promise<ReadonlyMap<number, readonly Outcome[]>> => {
  const running = new Map<string, Running>()
  for (const { vendor } of Object.values(TRIALS).flat()) if (!running.has(vendor)) running.set(vendor, await startCase(caseOf(vendor)))
  const data = newData()
  const configuration = prepare(data, running)
  const exchange = await startAllod(data, '--config', configuration)
  try {
    const documented = await tryAll(exchange, running, () => true)
    for (const { vendor, measured } of Object.values(TRIALS).flat()) {
      if (measured === undefined) continue
      const asked = [runningOf(running, vendor).alias, '--only', measured, '--yes', '--config', configuration, '--data', data]
      const { code, error } = await here(probe, ...asked)
      assert.equal(code, 0, error)
    }
    exchange.process.kill('SIGHUP')
    await exchange.prints(/read anew and is in force/)
    const measured = await tryAll(exchange, running, (trial) => trial.measured !== undefined)
    const named = (each: Outcome): Outcome => ({ ...each, vendor: `${each.vendor}, measured` })
    return new Map([...documented].map(([number, found]) => [number, [...found, ...(measured.get(number) ?? []).map(named)]]))
  } finally {
    await exchange.stop()
    for (const { simulated } of running.values()) await simulated.stop()
    removeData(data)
  }
}

/** Writes what the exchange reads; gives the path of its configuration. */
const prepare = (data: string, running: ReadonlyMap<string, Running>): string => {
  const all = [...running].map(([name, each]): [Case, Running] => [caseOf(name), each])
  const files = {
    'all.cedar': '@id("all")\n@reason("only the wire is looked at")\npermit (principal, action, resource);\n',
    'authority.pem': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
    'allod.yaml': configurationOf(all),
    ...Object.fromEntries(all.map(([, { simulated, alias }]) => [`${alias}.key`, simulated.key])),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text)
  return join(data, 'allod.yaml')
}

const tryAll = async (
  exchange: Started,
  running: ReadonlyMap<string, Running>,
  wanted: (trial: Trial) => boolean,
): Promise<ReadonlyMap<number, readonly Outcome[]>> => {
  const outcomes = new Map<number, readonly Outcome[]>()
  for (const { number } of DEVIATIONS) {
    const found: Outcome[] = []
    for (const trial of (TRIALS[number] ?? []).filter(wanted))
      found.push(await outcomeOf(trial, runningOf(running, trial.vendor), exchange))
    outcomes.set(number, found)
  }
  return outcomes
}

const caseOf = (name: string): Case => CASES.find((each) => nameOf(each) === name) ?? assert.fail(name)
const runningOf = (running: ReadonlyMap<string, Running>, name: string): Running => running.get(name) ?? assert.fail(name)
const startCase = async (wanted: Case): Promise<Running> => ({
  simulated: await startVendor(wanted.vendor, wanted.options ?? {}),
  alias: nameOf(wanted)
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-'),
})

const configurationOf = (all: readonly (readonly [Case, Running])[]): string =>
  JSON.stringify({
    exchange: { name: 'bridges.example', seat: 'FR', operator: 'a test' },
    home: ['FR'],
    currency: 'EUR',
    policy: { files: ['all.cedar'] },
    endpoints: Object.fromEntries(all.map(([wanted, running]) => [running.alias, endpointOf(wanted, running)])),
    aliases: Object.fromEntries(
      all.map(([wanted, { simulated, alias }]) => [
        alias,
        { targets: [`${alias}/${wanted.model ?? simulated.vendor.model}`], unsupported: 'warn' },
      ]),
    ),
    tenants: { test: { applications: { test: {} } } },
  })

/** As its owner would configure it, but for the address. */
const endpointOf = (wanted: Case, { simulated, alias }: Running): JsonObject => {
  const { vendor, origin } = simulated
  const profile = shipped(vendor.name)
  const dialect = vendor.services.map((each) => each.dialect).find((each) => profile.dialects[each] !== undefined) ?? assert.fail()
  const place = placeNamed(profile, wanted.place)
  assert.ok(place.ok)
  const given = wanted.parameters ?? vendor.parameters ?? {}
  const parameters = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(place.value.parameters ?? {}, name)))
  const model = wanted.model ?? vendor.model
  const target = targetOf(profile, { place: place.value, dialect, model, parameters })
  assert.ok(target.ok, target.ok ? '' : target.error.message)
  const ways = authenticationsFor(profile, dialect)
  const way = ways.find(({ kind }) => kind === 'bearer' || kind === 'header') ?? ways.find(({ kind }) => kind === 'oauth')
  const tokenUrl = way?.kind === 'oauth' ? { tokenUrl: origin + new URL(way.tokenUrl).pathname } : {}
  return {
    kind: dialect,
    provider: vendor.name,
    ...(wanted.place !== undefined && { region: wanted.place }),
    baseUrl: origin + new URL(target.value.baseUrl).pathname.replace(/\/+$/, ''),
    parameters,
    ...(way !== undefined && { authentication: { kind: 'key', keyFile: `${alias}.key`, method: way.kind, ...tokenUrl } }),
    ...(profile.ownAuthority && { certificateAuthorityFile: 'authority.pem' }),
    models: { [model]: {} },
  }
}

const outcomeOf = async (trial: Trial, running: Running, exchange: Started): Promise<Outcome> => {
  const { fault } = caseOf(trial.vendor)
  if (fault !== undefined) running.simulated.fail(fault)
  const asked = await ask(trial.asked, running, exchange)
  const { seen, received, body } = asked
  const warnings = warningsIn(seen)
  const changed =
    received === undefined
      ? []
      : [...changesOf(body, received), ...trial.turned.flatMap((sight) => lookAt(sight, trial, asked, running) ?? [])]
  const next = trial.next === true ? [afterwards(await ask(trial.asked, running, exchange))] : []
  const came = trial.came.flatMap((sight) => lookAt(sight, trial, asked, running) ?? [])
  const failed = seen.status === 200 ? [] : [`it is answered with ${seen.status}: ${quoted(at(seen.body, 'error', 'message'))}`]
  const told = [...new Set(warnings.map(({ message }) => message))].map((message) => `warning: ${message}`)
  const adapted = changed.length + next.length > 0 ? 'adapted' : 'passed on'
  const verdict = received === undefined ? 'refused' : (verdictOf(warnings) ?? adapted)
  return { vendor: trial.vendor, verdict, says: [...changed, ...came, ...failed, ...next, ...told] }
}

const verdictOf = (warnings: readonly Warning[]): Verdict | undefined =>
  warnings.some(({ kind }) => kind === 'emulated') ? 'bridged' : warnings.length > 0 ? 'declared' : undefined

const ask = async (members: JsonObject, { simulated, alias }: Running, { url, key }: Started): Promise<Asked> => {
  const body: JsonObject = { model: alias, messages: [{ role: 'user', content: 'Say "good morning".' }], ...members }
  const before = simulated.requests.length
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const seen = await seenOf(response)
  return { seen, body, received: simulated.requests.slice(before).findLast(({ body: sent }) => Object.keys(sent).length > 0) }
}

const warningsIn = ({ body, events }: Seen): readonly Warning[] =>
  [body, ...events].flatMap((each) => (at(each, 'allod', 'warnings') as unknown as readonly Warning[] | undefined) ?? [])

const quoted = (value: Json | undefined): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return `\`${(text.length > 160 ? `${text.slice(0, 159)}…` : text).replaceAll('`', "'").replaceAll('\n', '\\n')}\``
}
const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Said otherwise in every call: a name, and whatever the sights look at. */
const APART: ReadonlySet<string> = new Set(['model', 'messages'])

/** What the members of a question became; in another dialect everything has other names, and nothing would be told by them. */
const changesOf = (asked: JsonObject, { body, path }: Received): readonly string[] => {
  if (!path.endsWith('/chat/completions') || !Array.isArray(body.messages)) return []
  const fresh = Object.keys(body).filter((name) => asked[name] === undefined && !APART.has(name))
  const renamed = new Map<string, string>()
  for (const [name, value] of Object.entries(asked)) {
    const other = fresh.find((each) => same(body[each], value) && ![...renamed.values()].includes(each))
    if (body[name] === undefined && other !== undefined) renamed.set(name, other)
  }
  const changed = Object.entries(asked).flatMap(([name, value]) => {
    if (APART.has(name) || same(body[name], value)) return []
    const other = renamed.get(name)
    if (other !== undefined) return [`${quoted(name)} is sent as ${quoted(other)}`]
    return [body[name] === undefined ? `${quoted(name)} is not sent` : `${quoted(name)} is sent as ${quoted(body[name])}`]
  })
  const added = fresh
    .filter((name) => ![...renamed.values()].includes(name))
    .map((name) => `${quoted(`${name}: ${JSON.stringify(body[name])}`)} is added`)
  return [...changed, ...added]
}

const lookAt = (sight: Turned | Came, trial: Trial, { seen, body, received }: Asked, { simulated }: Running): string | undefined => {
  if (received === undefined) return undefined
  const answer = (member: string): Json | undefined => at(seen.body, 'choices', 0, 'message', member) ?? undefined
  switch (sight) {
    case 'header': {
      const value = received.headers[trial.header ?? '']
      const shown = value?.replace(simulated.key, '(key)').replace(/simulated-token-\d+/, '(token)')
      return shown === undefined ? undefined : `${quoted(`${trial.header}: ${shown}`)} is sent`
    }
    case 'model':
      return `${quoted(body.model)} is asked for as ${quoted(received.body.model)}`
    case 'turns':
      return same(turnsOf(body), turnsOf(received.body)) ? undefined : `${turnsOf(body)} is sent as ${turnsOf(received.body)}`
    case 'last':
      return `the last turn is sent as ${quoted(lastOf(received.body))}`
    case 'place':
      return `${quoted(`inference_geo: ${String(received.body.inference_geo)}`)} is sent`
    case 'retry-after':
      return `${quoted(`retry-after: ${seen.header('retry-after')}`)} is handed on`
    case 'finish':
      return `it ends with ${quoted(at(seen.body, 'choices', 0, 'finish_reason'))}`
    case 'calls': {
      const calls = (answer('tool_calls') ?? deltasOf(seen, 'tool_calls').flat()) as readonly Json[]
      const given = calls.map((call) => String(at(call, 'function', 'arguments') ?? '')).join('')
      return calls.length === 0 ? undefined : `the answer calls ${quoted(String(at(calls[0], 'function', 'name')) + given)}`
    }
    case 'reasoning':
      return answer('reasoning_content') === undefined ? 'no reasoning comes' : 'reasoning comes in `reasoning_content`'
    case 'stream':
      return streamOf(seen, body)
  }
}

const turnsOf = ({ messages }: JsonObject): string =>
  quoted(Array.isArray(messages) ? messages.map((each: Json) => String(at(each, 'role'))).join(', ') : '')
const lastOf = ({ messages }: JsonObject): Json => (Array.isArray(messages) ? (at(messages.at(-1) as Json, 'content') ?? null) : null)

const streamOf = ({ text, events }: Seen, { stream }: JsonObject): string => {
  if (stream !== true) return 'one whole answer comes'
  const strange = /^:/m.test(text) ? ', with comments between them' : ''
  const counted = events.filter(({ usage }) => isJsonObject(usage ?? null)).length
  return `${events.length > 0 ? 'events come' : 'nothing comes'}${strange}, ${counted === 0 ? 'none' : counted} with a count of tokens`
}

const afterwards = ({ seen, received }: Asked): string =>
  received === undefined
    ? `the next call is not sent there: ${seen.status}, ${quoted(at(seen.body, 'error', 'message'))}`
    : 'the next call is sent there'
