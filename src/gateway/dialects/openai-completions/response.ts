import type { JsonObject } from '../../../core/json.ts'
import { err, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, Choice, NeutralRequest, NeutralResponse, Stop } from '../neutral.ts'
import { decodeStreamError } from '../openai-chat/errors.ts'
import { decodeStop, encodeStop } from '../openai-chat/stops.ts'
import { decodeUsage, encodeUsage } from '../openai-chat/usage.ts'
import { charactersOf, decodeLogProbabilities, encodeLogProbabilities } from './log-probabilities.ts'

/** A `text_completion` object. */
export const decodeResponse = (json: JsonObject): Result<NeutralResponse, Unreadable> => {
  if (json.error !== undefined && json.error !== null) {
    const { message } = decodeStreamError(json.error)
    return err({ kind: 'unreadable', message: `the endpoint reported success and an error: \`${message}\``, parameter: 'error' })
  }
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  body.value('object')
  const answer = {
    id: body.text('id') ?? '',
    model: body.text('model') ?? '',
    created: body.number('created'),
    choices: (body.each('choices') ?? body.missing('choices') ?? []).map((choice, place) => decodeChoice(choice, place, leftovers)),
    usage: decodeUsage(body.value('usage'), leftovers),
  }
  leftovers.keep(body)
  return reading.conclude({ ...defined(answer), ...leftovers.extensions('openai-completions') })
}

const decodeChoice = (choice: Members, place: number, leftovers: Leftovers): Choice => {
  const text = choice.text('text') ?? ''
  const why = choice.value('stop_reason')
  if (typeof why === 'number') leftovers.put(`${choice.path}.stop_reason`, why)
  const decoded = {
    index: choice.integer('index') ?? place,
    parts: text === '' ? [] : [{ kind: 'text' as const, text }],
    stop: decodeStop(choice.text('finish_reason'), typeof why === 'string' ? why : undefined, false),
    logProbabilities: decodeLogProbabilities(choice.child('logprobs')),
  }
  leftovers.keep(choice)
  return defined(decoded)
}

export const encodeResponse = (answer: NeutralResponse, context: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const echo = missingEcho(context, losses)
  const body = {
    id: completionId(answer.id, context.call),
    object: 'text_completion',
    created: answer.created ?? context.now,
    model: answer.model,
    choices: answer.choices.map((choice, place) => {
      const path = pointer('choices', place)
      const offset = firstOffset(context.request)
      return {
        index: choice.index,
        text: echo + encodeText(choice.parts, path, losses),
        logprobs: encodeLogProbabilities(choice.logProbabilities, offset, `${path}/logProbabilities`, losses),
        ...encodeFinish(choice.stop, place, losses),
      }
    }),
    ...(answer.usage !== undefined && { usage: encodeUsage(answer.usage) }),
  }
  return { body: withExtensions('openai-completions', body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

export const completionId = (id: string, call: string): string => (id.startsWith('cmpl-') ? id : `cmpl-${call}`)

/**
 * The prompt, where the caller wants it echoed and the endpoint could not be asked to: whoever wrote to it warned of the continuation,
 * or of its echo, and so the answer begins without.
 */
export const missingEcho = ({ request, warnings }: AnswerContext<NeutralRequest>, losses: Losses): string => {
  const unasked = warnings.some(({ path }) => path === '/continuation' || path === '/continuation/echo')
  if (request.continuation?.echo !== true || !unasked) return ''
  losses.emulated('hint', '/continuation/echo', 'the prompt was put before the answer by the exchange')
  return promptOf(request)
}

/** Where an answer's first token stands in the text: after the prompt, unless the endpoint's tokens begin with it. */
export const firstOffset = (request: NeutralRequest): number => (request.continuation?.echo === true ? 0 : charactersOf(promptOf(request)))

const promptOf = ({ messages }: NeutralRequest): string =>
  messages.flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : ''))).join('')

/** All that was said, as one text. */
const encodeText = (parts: readonly AssistantPart[], path: string, losses: Losses): string => {
  const said = parts.filter((part) => isSaid(part) && part.text !== '')
  parts.forEach((part, index) => {
    const place = `${path}/parts/${index}`
    if (!isSaid(part)) warnOfUnsaid(part.kind, place, losses)
    else if (part.text === '') losses.dropped('hint', place, 'a part without any text says nothing')
    else if (part.kind === 'refusal') losses.approximated('hint', place, REFUSED)
    else if (said.length > 1) losses.approximated('hint', place, JOINED)
    else if (part.kind === 'text' && (part.citations?.length ?? 0) > 0) losses.dropped('hint', `${place}/citations`, CITED)
  })
  return said.map((part) => (part.kind === 'tool-call' ? '' : part.text)).join('')
}

export const JOINED = 'several texts are one on this wire'
export const REFUSED = 'a refusal is told as any text is'
export const CITED = 'the wire has no place for citations'

type Said = Extract<AssistantPart, { kind: 'text' | 'refusal' }>
const isSaid = (part: AssistantPart): part is Said => part.kind === 'text' || part.kind === 'refusal'

export const warnOfUnsaid = (kind: 'reasoning' | 'tool-call', path: string, losses: Losses): void => {
  if (kind === 'reasoning') losses.dropped('hint', path, 'the wire has no place for reasoning')
  else losses.dropped('content', path, 'the wire has no place for a tool call')
}

/** Nothing is called on this wire: an answer that ended for a call ended here. */
export const encodeFinish = (stop: Stop, choice: number, losses: Losses): JsonObject => {
  if (stop.kind !== 'tool-calls') return encodeStop(stop, false, choice, losses)
  losses.approximated('hint', pointer('choices', choice, 'stop'), 'the endpoint called a tool, and `stop` stands for it')
  return { finish_reason: 'stop' }
}
