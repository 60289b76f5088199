// The answer of POST /v2/chat: one message, no model's name.
import { type JsonObject, numberOf } from '../../../core/json.ts'
import type { Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Choice, NeutralRequest, NeutralResponse, Stop, TokenProbability, Usage } from '../neutral.ts'
import { decodeAssistant, encodeAssistant } from './assistant.ts'

export const decodeResponse = (body: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const message = reader.members('message') ?? reader.missing('message')
  message?.word('role', ['assistant'])
  const parts = message === undefined ? [] : decodeAssistant(message, leftovers)
  if (message !== undefined) leftovers.keep(message)
  const tokens = reader.each('logprobs')?.flatMap(decodeLogProbabilities)
  const stop = decodeStop(reader.text('finish_reason'))
  const response = {
    id: reader.text('id') ?? '',
    model: '',
    choices: [defined({ index: 0, parts, stop, logProbabilities: tokens })],
    usage: decodeUsage(reader.members('usage')),
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(response), ...leftovers.extensions('cohere-chat') })
}

export const encodeResponse = (response: NeutralResponse, { call }: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const [choice, ...others] = response.choices
  for (const index of others.keys()) losses.dropped('content', pointer('choices', index + 1), 'cohere gives one answer')
  const body = defined({
    id: response.id === '' ? call : response.id,
    finish_reason: choice === undefined ? 'ERROR' : encodeStop(choice.stop, '/choices/0', losses),
    message: { role: 'assistant', ...encodeAssistant(choice?.parts ?? [], '/choices/0', losses, 'answer') },
    usage: response.usage && encodeUsage(response.usage, losses),
    logprobs: choice?.logProbabilities && encodeTokens(choice, losses),
  })
  return { body: withExtensions('cohere-chat', body, response.extensions, losses, 'hint'), warnings: losses.warnings }
}

const STOPS: { readonly [reason: string]: Stop } = {
  COMPLETE: { kind: 'stop' },
  STOP_SEQUENCE: { kind: 'stop-sequence' },
  MAX_TOKENS: { kind: 'length' },
  TOOL_CALL: { kind: 'tool-calls' },
  ERROR: { kind: 'failed' },
  TIMEOUT: { kind: 'failed', original: 'TIMEOUT' },
}

/** No reason at all is none that the vendor has. */
export const decodeStop = (reason: string | undefined): Stop => {
  if (reason === undefined) return { kind: 'other' }
  return (Object.hasOwn(STOPS, reason) && STOPS[reason]) || { kind: 'other', original: reason }
}

/** The nearest of the vendor's six reasons: an answer that stands is complete, one that was cut short met its limit. */
const NEAREST: { readonly [kind in Stop['kind']]: { readonly reason: string; readonly exact: boolean } } = {
  stop: { reason: 'COMPLETE', exact: true },
  'stop-sequence': { reason: 'STOP_SEQUENCE', exact: true },
  length: { reason: 'MAX_TOKENS', exact: true },
  'tool-calls': { reason: 'TOOL_CALL', exact: true },
  failed: { reason: 'ERROR', exact: true },
  'content-filter': { reason: 'ERROR', exact: false },
  refusal: { reason: 'COMPLETE', exact: false },
  paused: { reason: 'MAX_TOKENS', exact: false },
  other: { reason: 'COMPLETE', exact: false },
}

/** `path` is the choice's. */
export const encodeStop = (stop: Stop, path: string, losses: Losses): string => {
  if (stop.kind === 'failed' && stop.original === 'TIMEOUT') return stop.original
  const { reason, exact } = NEAREST[stop.kind]
  if (!exact) losses.approximated('constraint', `${path}/stop`, `cohere has no word for this end: it is told as ${reason}`)
  else if (stop.original !== undefined) losses.dropped('hint', `${path}/stop/original`, 'cohere has its own words alone')
  if (exact && stop.sequence !== undefined) losses.dropped('hint', `${path}/stop/sequence`, 'cohere does not say which sequence it met')
  return reason
}

/** Tokens as the model saw them; the billed units, which leave out what the vendor adds, stand in only where those are absent. */
export const decodeUsage = (reader: Members | undefined): Usage | undefined => {
  if (reader === undefined) return undefined
  const billed = reader.members('billed_units')
  const counted = reader.members('tokens')
  const input = counted?.number('input_tokens') ?? billed?.number('input_tokens')
  const output = counted?.number('output_tokens') ?? billed?.number('output_tokens')
  const cachedInput = reader.number('cached_tokens')
  return input === undefined && output === undefined ? undefined : defined({ input: input ?? 0, output: output ?? 0, cachedInput })
}

/** Clients read either count, and some demand both. */
export const encodeUsage = (usage: Usage, losses: Losses): JsonObject => {
  if (usage.cacheWrites) losses.dropped('hint', '/usage/cacheWrites', 'cohere does not count what was put into its cache')
  if (usage.reasoning) losses.dropped('hint', '/usage/reasoning', 'cohere does not count reasoning apart')
  const counted = { input_tokens: usage.input, output_tokens: usage.output }
  return defined({ billed_units: counted, tokens: counted, cached_tokens: usage.cachedInput })
}

/** Of several tokens in one chunk of text nobody can tell whose is what: the first carries it. Their numbers mean something to Cohere alone. */
export const decodeLogProbabilities = (reader: Members): readonly TokenProbability[] => {
  const text = reader.text('text') ?? ''
  const logarithms = (reader.list('logprobs') ?? []).map(numberOf).filter((value) => value !== undefined)
  return logarithms.map((logProbability, index) => ({ token: index === 0 ? text : '', logProbability, top: [] }))
}

const encodeTokens = ({ logProbabilities = [] }: Choice, losses: Losses): readonly JsonObject[] =>
  logProbabilities.map((token, index) => encodeToken(token, index, losses))

/** `index` counts the tokens of the whole answer. */
export const encodeToken = ({ token, logProbability, bytes, top }: TokenProbability, index: number, losses: Losses): JsonObject => {
  const at = pointer('choices', 0, 'logProbabilities', index)
  if (top.length > 0) losses.dropped('hint', `${at}/top`, 'cohere gives the chosen tokens alone')
  if (bytes !== undefined && String(bytes) !== String(utf8.encode(token)))
    losses.dropped('hint', `${at}/bytes`, 'cohere gives tokens as text')
  return { text: token, token_ids: [], logprobs: [logProbability] }
}

const utf8 = new TextEncoder()
