// https://ai.google.dev/api/generate-content
import type { JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Extensions, NeutralRequest } from '../neutral.ts'
import { decodeConversation, encodeConversation } from './contents.ts'
import { decodeGeneration, encodeGeneration } from './generation.ts'
import { camelMembers } from './proto.ts'
import { decodeToolChoice, decodeTools, encodeToolChoice, encodeTools } from './tools.ts'

/** Reads a body of generateContent or streamGenerateContent; model and stream come from the path. */
export const decodeRequest = (body: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const members = new Members(camelMembers(body) as JsonObject, reading)
  const leftovers = new Leftovers()
  const model = (path.model ?? members.text('model') ?? members.missing('model') ?? '').replace(/^models\//, '')
  members.value('model')
  const stream = path.stream ?? false
  const messages = decodeConversation(members, reading, leftovers)
  const tools = decodeTools(members, reading, leftovers)
  const toolChoice = decodeToolChoice(members, leftovers)
  const generation = decodeGeneration(members, leftovers)
  leftovers.keep(members)
  return reading.conclude({
    model,
    messages,
    tools,
    ...defined({ toolChoice }),
    ...generation,
    stream,
    // Every stream of this wire counts its tokens.
    ...(stream && { streamUsage: true }),
    ...leftovers.extensions('gemini'),
  })
}

/** Writes a request to an endpoint's base that ends in the API's version (`…/v1beta`, or Vertex's `…/publishers/google`). */
export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const path = methodPath(request.model, request.stream ? 'streamGenerateContent?alt=sse' : 'generateContent')
  if (!path.ok) return path
  const losses = new Losses()
  const body = encodeBody(request, losses)
  return body.ok ? ok({ path: path.value, body: body.value, warnings: losses.warnings }) : body
}

/** The path of a model's method; a model's name is one segment whatever it holds. */
export const methodPath = (model: string, method: string): Result<string, Unreadable> => {
  if (model === '' || /\p{Surrogate}/u.test(model)) return unreadable('must be a name that can stand in a URL', 'model')
  return ok(`/models/${encodeURIComponent(model)}:${method}`)
}

export const encodeBody = (request: NeutralRequest, losses: Losses): Result<JsonObject, Unreadable> => {
  const conversation = encodeConversation(request, losses)
  const { system } = conversation
  // The wire refuses an instruction without a turn after it: what a caller says as the system alone is then said as the user.
  const alone = conversation.contents.length === 0 && system.length > 0
  if (alone) losses.approximated('constraint', pointer('messages', 0), 'the wire wants a turn; the system message stands as one')
  const contents = alone ? [{ role: 'user', parts: system }] : conversation.contents
  if (contents.length === 0) return unreadable('must hold something to answer', 'messages')
  noteLosses(request, losses)
  const generationConfig = encodeGeneration(request, losses)
  const tools = encodeTools(request.tools, losses)
  const said = (part: string): boolean => holds(request.extensions, part)
  const body = defined({
    contents,
    systemInstruction: alone || system.length === 0 ? undefined : { parts: system },
    tools: tools.length > 0 || said('tools') ? tools : undefined,
    toolConfig: encodeToolChoice(request, losses) ?? (said('toolConfig') ? {} : undefined),
    generationConfig: Object.keys(generationConfig).length > 0 || said('generationConfig') ? generationConfig : undefined,
  })
  return ok(withExtensions('gemini', body, request.extensions, losses))
}

/** Whether extensions of this dialect go below this member. */
const holds = (extensions: Extensions | undefined, member: string): boolean =>
  extensions?.dialect === 'gemini' && Object.keys(extensions.members).some((name) => name.startsWith(`${member}.`))

const noteLosses = (request: NeutralRequest, losses: Losses): void => {
  if (request.user !== undefined) losses.dropped('hint', pointer('user'), 'the wire has no name for who asks')
  if (Object.keys(request.metadata ?? {}).length > 0) losses.dropped('hint', pointer('metadata'), 'the wire has no metadata of a call')
  if (request.continuation !== undefined) {
    losses.dropped('constraint', pointer('continuation'), 'the wire answers a message and cannot continue a text')
    if (request.continuation.suffix !== undefined)
      losses.dropped('content', pointer('continuation', 'suffix'), 'the wire has no place for what follows the text')
  }
}

export const unreadable = (message: string, parameter: string): Result<never, Unreadable> =>
  err({ kind: 'unreadable', message: `\`${parameter}\` ${message}`, parameter })
