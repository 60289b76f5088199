// https://ai.google.dev/api/generate-content#generatecontentresponse
import { canonicalJson, type JsonObject } from '../../../core/json.ts'
import type { Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, Choice, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { Calls } from './calls.ts'
import { type Cited, cite, decodeCitations, encodeCitations } from './citations.ts'
import { decodeLogProbabilities, encodeLogProbabilities } from './log-probabilities.ts'
import { decodeModelPart, encodeModelParts } from './parts.ts'
import { repeated } from './proto.ts'
import { blocked, blockReason, decodeBlock, decodeStop, encodeStop } from './stop.ts'
import { decodeUsage, encodeUsage } from './usage.ts'

export const decodeResponse = (body: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const members = new Members(body, reading)
  const leftovers = new Leftovers()
  const id = members.text('responseId') ?? ''
  const calls = new Calls(id)
  const choices = repeated(members, 'candidates', reading).map((candidate, index) =>
    decodeCandidate(candidate, index, calls, leftovers, reading),
  )
  const refused = choices.length === 0 ? decodeRefusal(members, leftovers) : []
  if (choices.length + refused.length === 0) members.missing('candidates')
  const created = Date.parse(members.text('createTime') ?? '')
  const response = {
    id,
    model: members.text('modelVersion') ?? '',
    ...defined({ created: Number.isNaN(created) ? undefined : Math.floor(created / 1000), usage: decodeUsage(members, leftovers) }),
    choices: [...choices, ...refused],
  }
  leftovers.keep(members)
  return reading.conclude({ ...response, ...leftovers.extensions('gemini') })
}

const decodeRefusal = (members: Members, leftovers: Leftovers): Choice[] => {
  const feedback = members.members('promptFeedback')
  const reason = feedback?.text('blockReason')
  if (feedback !== undefined) leftovers.keep(feedback)
  return reason === undefined ? [] : [{ index: 0, parts: [], stop: decodeBlock(reason) }]
}

const decodeCandidate = (candidate: Members, position: number, calls: Calls, leftovers: Leftovers, reading: Reading): Choice => {
  const content = candidate.members('content')
  const parts: AssistantPart[] = []
  const wireIndex: number[] = []
  for (const [index, part] of (content === undefined ? [] : repeated(content, 'parts', reading)).entries())
    for (const each of decodeModelPart(part, calls, leftovers)) wireIndex[parts.push(each) - 1] = index
  content?.text('role')
  if (content !== undefined) leftovers.keep(content)
  const choice: Choice = {
    index: candidate.integer('index') ?? position,
    parts: cite(parts, wireIndex, decodeCitations(candidate)),
    stop: decodeStop(
      candidate.text('finishReason'),
      parts.some((part) => part.kind === 'tool-call'),
    ),
    ...defined({ logProbabilities: decodeLogProbabilities(candidate) }),
  }
  keepBeside(candidate, choice, wireIndex, leftovers)
  leftovers.keep(candidate)
  return choice
}

/** Sources and probabilities stay with the leftovers, whole, where they say more than is made of them: scores, queries, token ids. */
const keepBeside = (candidate: Members, choice: Choice, wireIndex: readonly number[], leftovers: Leftovers): void => {
  const made = {
    groundingMetadata: encodeCitations(citedOf(choice, wireIndex), 0, new Losses()),
    citationMetadata: undefined,
    logprobsResult: choice.logProbabilities === undefined ? undefined : encodeLogProbabilities(choice.logProbabilities, 0, new Losses()),
  }
  for (const [name, same] of Object.entries(made)) {
    const value = candidate.child(name)
    if (value !== undefined && (same === undefined || canonicalJson(value) !== canonicalJson(same)))
      leftovers.put(`${candidate.path}.${name}`, value)
  }
}

/** The texts with citations; `wireIndex` says for each part where it is on the wire. */
const citedOf = ({ parts }: Choice, wireIndex: readonly (number | undefined)[]): Cited[] =>
  parts.flatMap((part, index) => {
    const wire = wireIndex[index]
    return part.kind === 'text' && part.citations !== undefined && wire !== undefined
      ? [{ part: index, wire, before: 0, text: part.text, citations: part.citations }]
      : []
  })

export const encodeResponse = (answer: NeutralResponse, context: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const [first] = answer.choices
  const reason = first !== undefined && answer.choices.length === 1 ? blockReason(first) : undefined
  const body = {
    ...(reason === undefined ? { candidates: answer.choices.map((choice, at) => encodeChoice(choice, at, losses)) } : blocked(reason)),
    ...(answer.usage !== undefined && { usageMetadata: encodeUsage(answer.usage, losses) }),
    ...envelope(answer, context),
  }
  return { body: withExtensions('gemini', body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** What every piece of an answer says about the whole. */
export const envelope = (
  answer: Pick<NeutralResponse, 'id' | 'model' | 'created'>,
  context: AnswerContext<NeutralRequest>,
): JsonObject => ({
  modelVersion: answer.model,
  responseId: answer.id || context.call,
  ...(answer.created !== undefined &&
    Math.abs(answer.created) <= MAX_SECONDS && { createTime: new Date(answer.created * 1000).toISOString() }),
})

/** The last second of the year 9999, where RFC 3339 ends. */
const MAX_SECONDS = 253_402_300_799

const encodeChoice = (choice: Choice, position: number, losses: Losses): JsonObject => {
  const at = ['choices', position]
  const written = encodeModelParts(choice.parts, 'caller', at, losses)
  const called = choice.parts.some((part) => part.kind === 'tool-call')
  const wireIndex: number[] = []
  for (const [wire, { of }] of written.entries()) wireIndex[of] = wire
  return defined({
    content: { parts: written.map(({ wire }) => wire), role: 'model' },
    finishReason: encodeStop(choice.stop, called, position, losses),
    index: choice.index,
    groundingMetadata: encodeCitations(citedOf(choice, wireIndex), position, losses),
    logprobsResult: choice.logProbabilities === undefined ? undefined : encodeLogProbabilities(choice.logProbabilities, position, losses),
  })
}
