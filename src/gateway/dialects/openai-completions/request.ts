import type { JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { NeutralRequest, Sampling } from '../neutral.ts'
import { decodeSampling, encodeSampling } from '../openai-chat/sampling.ts'

/**
 * A request of the (legacy) Completions API, from OpenAI's API reference. One text can be translated; several, or tokens, mean something
 * to an endpoint of this dialect alone, and are left to the fast path.
 */
export const decodeRequest = (json: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  const text = decodePrompt(body)
  const streamOptions = body.members('stream_options')
  const known = {
    model: body.text('model') ?? path.model ?? body.missing('model') ?? '',
    messages: [{ role: 'user', parts: [{ kind: 'text', text }] }] as const,
    tools: [],
    sampling: { ...decodeSampling(body), ...defined({ maxTokens: body.integer('max_tokens') }), ...decodeLogProbabilities(body) },
    continuation: { echo: body.boolean('echo') ?? false, ...defined({ suffix: body.text('suffix') }) },
    stream: body.boolean('stream') ?? path.stream ?? false,
    streamUsage: streamOptions?.boolean('include_usage'),
    user: body.text('user'),
  }
  if (streamOptions !== undefined) leftovers.keep(streamOptions)
  leftovers.keep(body)
  return reading.conclude({ ...defined(known), ...leftovers.extensions('openai-completions') })
}

const decodePrompt = (body: Members): string => {
  const prompt = body.value('prompt')
  const only = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt
  if (typeof only === 'string') return only
  if (prompt === undefined || prompt === null) return body.missing('prompt') ?? ''
  return body.fail('prompt', 'must be one text where the endpoint speaks another dialect') ?? ''
}

/** A number here: how many others beside each chosen token. */
const decodeLogProbabilities = (body: Members): Pick<Sampling, 'logProbabilities'> => {
  const top = body.integer('logprobs')
  return top === undefined ? {} : { logProbabilities: { top } }
}

/** What is asked must be one text: who wrote a conversation's turns cannot be said here, so that sending them would make another text. */
export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const prompt = encodePrompt(request, losses)
  if (prompt === undefined)
    return err({ kind: 'unreadable', message: 'the endpoint continues one text, and cannot be asked with a conversation', parameter: null })
  warnOfTheRest(request, losses)
  const { sampling, continuation } = request
  const body = defined({
    model: request.model,
    prompt,
    suffix: continuation?.suffix,
    echo: continuation?.echo === true ? true : undefined,
    max_tokens: sampling.maxTokens,
    ...encodeSampling(sampling, losses),
    logprobs: sampling.logProbabilities?.top,
    user: request.user,
    stream: request.stream ? true : undefined,
    stream_options: request.stream && request.streamUsage !== undefined ? { include_usage: request.streamUsage } : undefined,
  })
  const sent = withExtensions('openai-completions', body, request.extensions, losses)
  return ok({ path: '/completions', body: sent, warnings: losses.warnings })
}

const encodePrompt = ({ messages, continuation }: NeutralRequest, losses: Losses): string | undefined => {
  const [message] = messages
  if (messages.length !== 1 || message?.role !== 'user') return undefined
  const texts = message.parts.flatMap((part) => (part.kind === 'text' ? [part] : []))
  if (texts.length === 0 || texts.length !== message.parts.length) return undefined
  if (continuation === undefined)
    losses.approximated('constraint', '/continuation', 'the endpoint continues the text, and does not answer it')
  if (message.name !== undefined) losses.dropped('hint', '/messages/0/name', 'a text to be continued does not say who wrote it')
  const said = texts.filter((part) => part.text !== '')
  texts.forEach((part, index) => {
    const place = pointer('messages', 0, 'parts', index)
    if (part.text === '' && (said.length > 0 || index > 0)) losses.dropped('hint', place, 'a part without any text says nothing')
    else if (said.length > 1) losses.approximated('hint', place, 'several texts are one on this wire')
    else if (part.citations !== undefined) losses.dropped('hint', `${place}/citations`, 'a question has no place for citations')
  })
  return texts.map((part) => part.text).join('')
}

/** What only makes sense to an endpoint that answers messages. */
const warnOfTheRest = (request: NeutralRequest, losses: Losses): void => {
  const { tools, toolChoice, parallelToolCalls, output, reasoning, metadata } = request
  if (tools.length > 0) losses.dropped('constraint', '/tools', 'the endpoint calls no tools')
  if (toolChoice !== undefined && toolChoice.kind !== 'auto')
    losses.dropped(toolChoice.kind === 'none' ? 'hint' : 'constraint', '/toolChoice', 'the endpoint calls no tools')
  if (parallelToolCalls !== undefined) losses.dropped('hint', '/parallelToolCalls', 'the endpoint calls no tools')
  if (output !== undefined && output.kind !== 'text') losses.dropped('constraint', '/output', 'the endpoint writes text of any form')
  if (reasoning !== undefined) losses.dropped('constraint', '/reasoning', 'the endpoint does not reason before it writes')
  if (metadata !== undefined) losses.dropped('hint', '/metadata', 'the wire has no place for metadata')
}
