// Classes 4 to 6: tools.
import type { JsonObject } from '../../../src/core/json.ts'
import { at, callsOf, contentOf, type Probe, type Seen, said } from '../probe.ts'
import { argumentPieces, type DeviationClass, PARIS, PLAIN, refused, WEATHER, withSchema } from './demonstration.ts'
import { gigachat, WEATHER_FUNCTION } from './gigachat.ts'

export const TOOLS: readonly DeviationClass[] = [
  {
    number: 4,
    title: 'choice of a tool',
    shown: [
      {
        vendor: 'mistral',
        does: 'says any for required',
        shows: async ({ chat }) => callsOf(await chat({ tools: [WEATHER], tool_choice: 'any' })).length === 1,
        unlike: PLAIN,
      },
      {
        vendor: 'zai',
        does: 'takes auto and nothing else',
        shows: async ({ chat }) =>
          refused(await chat({ tools: [WEATHER], tool_choice: 'required' })) &&
          callsOf(await chat({ messages: PARIS, tools: [WEATHER], tool_choice: 'auto' })).length === 1,
        unlike: PLAIN,
      },
      {
        vendor: 'ollama',
        does: 'passes over any choice',
        shows: async ({ chat }) => {
          const seen = await chat({ tools: [WEATHER], tool_choice: 'required' })
          return seen.status === 200 && callsOf(seen).length === 0
        },
        unlike: PLAIN,
      },
      {
        vendor: 'moonshot',
        does: 'cannot be made to call while it thinks',
        shows: async ({ chat }) => refused(await chat({ tools: [WEATHER], tool_choice: 'required' })),
        unlike: PLAIN,
      },
      { vendor: 'gigachat', does: 'calls one function at most, by its name', shows: gigachatCallsOne },
    ],
  },
  {
    number: 5,
    title: 'arguments of a call in a stream',
    shown: [
      {
        vendor: 'openai',
        does: 'sends them in fragments of which the first alone has the id',
        shows: async ({ chat }) => {
          const pieces = argumentPieces(await chat({ messages: PARIS, tools: [WEATHER], stream: true }))
          return pieces.length > 2 && pieces.filter(({ id }) => id !== undefined).length === 1
        },
        unlike: 'mistral',
      },
      {
        vendor: 'mistral',
        does: 'sends a call in one piece',
        shows: async ({ chat }) => argumentPieces(await chat({ messages: PARIS, tools: [WEATHER], stream: true })).length === 1,
        unlike: PLAIN,
      },
      {
        vendor: 'zai',
        does: 'sends calls late and in one piece, unless it is asked to stream them',
        shows: async ({ chat }) => {
          const ask = { messages: PARIS, tools: [WEATHER], stream: true }
          return argumentPieces(await chat(ask)).length === 1 && argumentPieces(await chat({ ...ask, tool_stream: true })).length > 2
        },
        unlike: PLAIN,
      },
      {
        vendor: 'sglang',
        does: 'repeats the id with each fragment',
        shows: async ({ chat }) => {
          const pieces = argumentPieces(await chat({ messages: PARIS, tools: [WEATHER], stream: true }))
          return pieces.length > 2 && pieces.every(({ id }) => id !== undefined)
        },
        unlike: PLAIN,
      },
      {
        vendor: 'sea-lion',
        does: 'reads tools only where a call is forced, and writes the calls it was told of into its text',
        shows: async ({ chat }) => {
          const told = '```tool_code\n{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}'
          const written = await chat({ messages: [{ role: 'system', content: told }, ...PARIS] })
          return callsOf(await chat({ messages: PARIS, tools: [WEATHER] })).length === 0 && contentOf(written).includes('```tool_code')
        },
        unlike: PLAIN,
      },
    ],
  },
  {
    number: 6,
    title: 'schema of a tool',
    shown: [
      {
        vendor: 'moonshot',
        does: 'wants the type inside the branches of a choice',
        shows: async ({ chat }) =>
          refused(await chat({ tools: [withSchema({ type: 'string', anyOf: [{ maxLength: 3 }, { minLength: 9 }] })] })),
        unlike: PLAIN,
      },
      {
        vendor: 'openai',
        does: 'wants closed objects where a tool is strict',
        shows: async ({ chat }) =>
          refused(await chat({ tools: [{ ...WEATHER, function: { ...(WEATHER.function as JsonObject), strict: true } }] })),
        unlike: 'vllm',
      },
    ],
  },
]

async function gigachatCallsOne(probe: Probe): Promise<boolean> {
  const named = await gigachat(probe, { functions: [WEATHER_FUNCTION], function_call: { name: 'get_weather' } })
  const two = await gigachat(probe, { functions: [WEATHER_FUNCTION], messages: said('The weather in Paris, and in Rome?') })
  const forced = await gigachat(probe, { functions: [WEATHER_FUNCTION], function_call: 'required' })
  const call = (seen: Seen) => at(seen.body, 'choices', 0, 'message', 'function_call', 'arguments', 'city')
  return call(named) !== undefined && call(two) === 'Paris' && forced.status === 422
}
