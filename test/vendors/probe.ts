// Plain questions to a simulated vendor, as anyone could ask them with nothing but HTTP.
import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/core/json.ts'
import type { Simulated } from './simulator/server.ts'

export type Seen = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: JsonObject
  /** The data of a stream's events that are JSON. */
  readonly events: readonly JsonObject[]
  readonly header: (name: string) => string
}
export type Ask = {
  readonly headers?: { readonly [name: string]: string }
  /** From the origin on; that of the first interface where absent. */
  readonly path?: string
}
export type Probe = {
  readonly simulated: Simulated
  /** Members are laid over a plain question in the chat dialect; null takes one out. */
  readonly chat: (members?: JsonObject, ask?: Ask) => Promise<Seen>
  /** Exactly this body. */
  readonly post: (path: string, body: JsonObject, headers?: { readonly [name: string]: string }) => Promise<Seen>
  /** A token for a key, at the vendor's own address. */
  readonly token: (path: string, form: { readonly [name: string]: string }) => Promise<string>
}

export const HELLO: JsonObject = { role: 'user', content: 'Good morning.' }
export const said = (content: string): readonly JsonObject[] => [{ role: 'user', content }]

export const probing = (simulated: Simulated): Probe => {
  const { vendor, origin, key } = simulated
  const service = vendor.services.find(({ dialect }) => dialect === 'openai-chat') ?? vendor.services[0]
  const [gate] = vendor.gates
  const usual: { readonly [name: string]: string } = gate?.kind === 'key' ? { [gate.header]: `${gate.prefix ?? ''}${key}` } : {}
  const post: Probe['post'] = async (path, body, headers = usual) => {
    const json = { 'content-type': 'application/json', ...headers }
    return seenOf(await fetch(origin + path, { method: 'POST', headers: json, body: JSON.stringify(body) }))
  }
  const model = vendor.parameters?.folder === undefined ? vendor.model : `gpt://${vendor.parameters.folder}/${vendor.model}`
  return {
    simulated,
    post,
    chat: (members = {}, ask = {}) => {
      const laid = Object.entries({ model, messages: [HELLO], ...members }).filter(([, value]) => value !== null)
      return post(ask.path ?? `${service?.base ?? ''}/chat/completions`, Object.fromEntries(laid), ask.headers)
    },
    token: async (path, form) => {
      const headers = { RqUID: randomUUID(), authorization: `Basic ${key}` }
      const { body } = seenBody(await (await fetch(origin + path, { method: 'POST', headers, body: new URLSearchParams(form) })).text())
      return String(body.access_token)
    },
  }
}

export const seenOf = async (response: Response): Promise<Seen> => {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, ...seenBody(text), header: (name) => response.headers.get(name) ?? '' }
}
const seenBody = (text: string): { readonly body: JsonObject; readonly events: readonly JsonObject[] } => {
  const events = [...text.matchAll(/^data: ?(.*?)\r?$/gm)].map((match) => objectIn(match[1] ?? ''))
  return { body: objectIn(text), events: events.filter((event) => Object.keys(event).length > 0) }
}
const objectIn = (text: string): JsonObject => {
  const parsed = parseJson(text)
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
}

/** What stands at a place in a JSON value: names and numbers. */
export const at = (value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined => {
  let found: Json | undefined = value
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? (found[step] as Json | undefined) : undefined
    else found = isJsonObject(found) ? found[step] : undefined
  }
  return found
}
export const contentOf = ({ body }: Seen): string => String(at(body, 'choices', 0, 'message', 'content') ?? '')
export const finishOf = ({ body }: Seen): string => String(at(body, 'choices', 0, 'finish_reason') ?? '')
export const callsOf = ({ body }: Seen): readonly Json[] =>
  (at(body, 'choices', 0, 'message', 'tool_calls') as readonly Json[] | undefined) ?? []
export const deltasOf = ({ events }: Seen, member: string): readonly Json[] =>
  events.flatMap((event) => {
    const value = at(event, 'choices', 0, 'delta', member)
    return value === undefined ? [] : [value]
  })
