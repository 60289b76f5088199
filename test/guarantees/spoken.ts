// What callers and endpoints of the worlds speak, and what the test itself expects of who can take whose calls.
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import type { IncomingHead, UpstreamRequest } from '../../src/gateway/ports.ts'
import type { Profile } from '../../src/gateway/providers/profile.ts'
import { withoutJsonModes } from '../providers/shipped.ts'

export type Route = IncomingHead['route']

/** Half of all endpoints speak what most of the world's do. */
export const SPOKEN = [
  'openai-chat',
  'openai-chat',
  'openai-chat',
  'openai-chat',
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'cohere-chat',
  'bedrock-converse',
] as const satisfies readonly [DialectName, ...DialectName[]]

/** Whose endpoints have no JSON mode, whatever they speak. */
export const FORMLESS: Profile = withoutJsonModes([...new Set(SPOKEN)])

/** How a caller of each route demands JSON. */
export const DEMANDS: { readonly [route in Route]?: string } = {
  chat: '"response_format":{"type":"json_object"}',
  responses: '"text":{"format":{"type":"json_object"}}',
  messages: '"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}',
  gemini: '"generationConfig":{"responseMimeType":"application/json"}',
}

/** Routes of callers, and for each the endpoints that the bytes of its calls may pass to as they are. */
const AS_THEY_ARE: { readonly [route in Route]?: readonly DialectName[] } = {
  chat: ['openai-chat'],
  completions: ['openai-chat'],
  embeddings: ['openai-chat', 'openai-responses'],
  responses: ['openai-responses'],
  messages: ['anthropic-messages'],
}
/** Where such a call is asked. */
const PATHS: { readonly [route in Route]?: string } = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  responses: '/responses',
  messages: '/messages',
}
const MAKE_EMBEDDINGS: readonly DialectName[] = ['openai-chat', 'openai-responses', 'gemini', 'cohere-chat']

export const isDirect = (route: Route, endpoint: DialectName): boolean => AS_THEY_ARE[route]?.includes(endpoint) === true
export const pathOf = (route: Route): string | undefined => PATHS[route]
export const canTake = (route: Route, endpoint: DialectName): boolean => route !== 'embeddings' || MAKE_EMBEDDINGS.includes(endpoint)

const CALLERS: { readonly [route in Route]?: DialectName } = {
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  gemini: 'gemini',
}
export const dialectNamed = (name: DialectName): Dialect => DIALECTS[name]
/** How a caller reads its answers; OpenAI's chat where nothing else stands. */
export const callerOf = (route: Route): Dialect =>
  dialectNamed(CALLERS[route] ?? (route === 'completions' ? 'openai-completions' : 'openai-chat'))

/** The model that a request asks for, in its body or in its path. */
export const modelIn = ({ path, body }: UpstreamRequest): string => {
  const named = /^\/models?\/([^/:]+)/.exec(path)?.[1]
  return named === undefined
    ? String((JSON.parse(Buffer.from(body).toString('utf8')) as { model: unknown }).model)
    : decodeURIComponent(named)
}
