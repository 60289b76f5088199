// A call to a simulated vendor as the gateway makes one, step by step, with nothing but the profile, the dialect and the network.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/core/json.ts'
import { collect } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type {
  DialectName,
  EndpointError,
  NeutralEvent,
  NeutralRequest,
  NeutralResponse,
  Warning,
} from '../../src/gateway/dialects/neutral.ts'
import { type Adapted, adaptRequest } from '../../src/gateway/providers/adapt.ts'
import { adaptBody } from '../../src/gateway/providers/adapt-body.ts'
import { adaptAnswer, adaptAnswerBody, adaptEvents } from '../../src/gateway/providers/answer.ts'
import { ALL_BRIDGES } from '../../src/gateway/providers/bridging.ts'
import { merge } from '../../src/gateway/providers/member-paths.ts'
import { authenticationsFor, keyHeader, placeNamed, targetOf } from '../../src/gateway/providers/places.ts'
import { type Deviations, deviationsOf, type Profile } from '../../src/gateway/providers/profile.ts'
import { fill } from '../../src/gateway/providers/template.ts'
import type { Simulated } from './simulator/server.ts'

export type Called = {
  readonly status: number
  /** The answer as the gateway would hand it on, or the endpoint's refusal. */
  readonly answer: { readonly ok: true; readonly value: NeutralResponse } | { readonly ok: false; readonly error: EndpointError }
  readonly sent: JsonObject
  readonly headers: Headers
  readonly events: readonly NeutralEvent[]
  readonly warnings: readonly Warning[]
}
export type Choice = {
  readonly dialect: DialectName
  readonly place?: string
  readonly model?: string
  readonly parameters?: { readonly [name: string]: string }
  /** Another than the simulator's. */
  readonly key?: string
}

export const callVendor = async (simulated: Simulated, profile: Profile, asked: NeutralRequest, choice: Choice): Promise<Called> => {
  const { vendor } = simulated
  const dialect = DIALECTS[choice.dialect] ?? assert.fail(choice.dialect)
  const model = choice.model ?? vendor.model
  const deviations = deviationsOf(profile, choice.dialect, model)
  const place = placeNamed(profile, choice.place)
  assert.ok(place.ok)
  const parameters = choice.parameters ?? vendor.parameters ?? {}
  const target = targetOf(profile, {
    place: place.value,
    dialect: choice.dialect,
    model,
    parameters: settledBy(place.value.parameters, parameters),
  })
  assert.ok(target.ok, target.ok ? '' : target.error.message)
  const adapted = adaptRequest(asked, deviations, { bridges: ALL_BRIDGES, maxOutputTokens: 4096 })
  assert.ok(adapted.ok, adapted.ok ? '' : adapted.error.message)
  const request = { ...adapted.value.request, model: target.value.model }
  const encoded = dialect.encodeRequest(request)
  assert.ok(encoded.ok, encoded.ok ? '' : encoded.error.message)
  const { body, warnings } = adaptBody(encoded.value.body, adapted.value.body, request, deviations)
  const sent = merge(body, target.value.body)
  const url = simulated.origin + new URL(target.value.baseUrl).pathname.replace(/\/+$/, '') + encoded.value.path
  const response = await fetch(url, {
    method: 'POST',
    headers: [
      ...pairs(target.value.headers),
      ...(await authorization({ ...simulated, key: choice.key ?? simulated.key }, profile, choice.dialect, parameters)),
      ['content-type', 'application/json'],
    ],
    body: JSON.stringify(sent),
  })
  const bytes = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)))
  const read = readAnswer(dialect, response, bytes, adapted.value, deviations, request.stream)
  const all = [...adapted.value.warnings, ...encoded.value.warnings, ...warnings, ...read.warnings]
  return { status: response.status, sent, headers: response.headers, ...read, warnings: all }
}

/** The owner is not asked for what a place settles. */
const settledBy = (settled: object | undefined, parameters: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !Object.hasOwn(settled ?? {}, name)))

const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))

/** The first way that needs no more than the key; a key that is to be exchanged is. */
const authorization = async (
  { key, origin }: Simulated,
  profile: Profile,
  dialect: DialectName,
  parameters: { readonly [name: string]: string },
): Promise<[string, string][]> => {
  const ways = authenticationsFor(profile, dialect)
  const plain = ways.find(({ kind }) => kind === 'bearer' || kind === 'header') ?? ways.find(({ kind }) => kind === 'none')
  if (plain !== undefined) return pairs(keyHeader(plain, key) ?? [])
  const oauth = ways.find((way) => way.kind === 'oauth') ?? assert.fail('no way to authenticate')
  const scope = {
    ...Object.fromEntries(Object.entries(profile.parameters).map(([name, each]) => [name, each.default ?? ''])),
    ...parameters,
  }
  const form = new URLSearchParams(Object.entries(oauth.form).map(([name, value]) => [name, fill(value, scope)]))
  if (oauth.credential === 'service-account') form.set('assertion', 'simulated.assertion.unsigned')
  const response = await fetch(origin + new URL(oauth.tokenUrl).pathname, {
    method: 'POST',
    headers: [...oauth.uuidHeaders.map((name): [string, string] => [name, randomUUID()]), ['authorization', `Basic ${key}`]],
    body: form,
  })
  const { [oauth.tokenMember]: token } = (await response.json()) as { [name: string]: string }
  return [['authorization', `Bearer ${token}`]]
}

type Reading = Pick<Called, 'answer' | 'events' | 'warnings'>

const readAnswer = (
  dialect: Dialect,
  response: Response,
  bytes: Uint8Array,
  adapted: Adapted,
  deviations: Deviations,
  streamed: boolean,
): Reading => {
  const text = new TextDecoder().decode(bytes)
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined
  if (!response.ok) return { answer: { ok: false, error: dialect.decodeError(response.status, header, text) }, events: [], warnings: [] }
  if (streamed) return readStream(dialect, bytes, adapted, deviations)
  const body = objectOf(parsed(text))
  const decoded = dialect.decodeResponse(adaptAnswerBody(body, deviations))
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.error.message)
  const { response: value, warnings } = adaptAnswer(decoded.value, adapted.answer, 'call1')
  return { answer: { ok: true, value }, events: [], warnings }
}

const readStream = (dialect: Dialect, bytes: Uint8Array, adapted: Adapted, deviations: Deviations): Reading => {
  const reader = framingOf(dialect).reader()
  const decoder = dialect.streamDecoder()
  const adapter = adaptEvents(adapted.answer, 'call1')
  const events: NeutralEvent[] = []
  for (const { event, data } of reader.push(bytes)) {
    const json = parseJson(data)
    const adaptedData = json.ok && isJsonObject(json.value) ? JSON.stringify(adaptAnswerBody(json.value, deviations)) : data
    for (const each of decoder.push({ event, data: adaptedData })) events.push(...adapter.push(each))
  }
  for (const each of decoder.end()) events.push(...adapter.push(each))
  return { answer: collect(events), events, warnings: adapter.warnings() }
}

const parsed = (text: string): Json => {
  const json = parseJson(text)
  assert.ok(json.ok, text)
  return json.value
}
const objectOf = (value: Json): JsonObject => {
  assert.ok(isJsonObject(value))
  return value
}
