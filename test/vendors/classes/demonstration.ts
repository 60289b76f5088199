// What shows a class of deviation, and what the showings have in common.
import type { JsonObject } from '../../../src/core/json.ts'
import { at, deltasOf, type Probe, type Seen, said } from '../probe.ts'
import type { VendorOptions } from '../simulator/server.ts'

export type Demonstration = {
  readonly vendor: string
  readonly options?: VendorOptions
  /** Continues "the vendor …". */
  readonly does: string
  /** Whether the answers to plain questions show it. */
  readonly shows: (probe: Probe) => Promise<boolean>
  /** One of the others, that does not; it is asked the same. */
  readonly unlike?: string
}
export type DeviationClass = { readonly number: number; readonly title: string; readonly shown: readonly Demonstration[] }

export const PLAIN = 'openai-compatible'
export const WEATHER: JsonObject = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}
export const withSchema = (city: JsonObject): JsonObject => ({
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city }, required: ['city'] } },
})
export const COUNT = said('Count to 60.')
export const PARIS = said('What is the weather in Paris?')
export const CALLED: readonly JsonObject[] = [
  ...PARIS,
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
  },
]
export const FOUND: readonly JsonObject[] = [...CALLED, { role: 'tool', tool_call_id: 'call_1', content: 'rain' }]
export const SCHEMA = {
  type: 'json_schema',
  json_schema: { name: 'reply', schema: { type: 'object', properties: { a: { type: 'string' } } } },
}

export const refused = ({ status }: Seen): boolean => status === 400 || status === 422
export const unknownMember = async ({ chat }: Probe): Promise<Seen> => chat({ allod_probe: true })
export const thinksIn = (seen: Seen, member: string): boolean => typeof at(seen.body, 'choices', 0, 'message', member) === 'string'
export const argumentPieces = (seen: Seen): readonly JsonObject[] =>
  deltasOf(seen, 'tool_calls').flatMap((calls) => calls as readonly JsonObject[])
