// Questions in few words, and their way into the endpoint's dialect.
import type { JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Tokens, tokens } from '../../core/units.ts'
import type { Message, NeutralRequest } from '../dialects/neutral.ts'
import { merge } from '../providers/member-paths.ts'
import type { Question, Step, Subject } from './experiment.ts'
import type { Hearing } from './hearing.ts'

export const say = (role: 'user' | 'assistant' | 'system' | 'developer', text: string): Message => ({
  role,
  parts: [{ kind: 'text', text }],
})

type Asked = Omit<NeutralRequest, 'model'>
/** A request for a short answer. INVARIANT(G1): all texts of the lab are public; none is ever taken from a caller. */
export const asking = (messages: string | readonly Message[], rest: Partial<Asked> = {}): Asked => ({
  messages: typeof messages === 'string' ? [say('user', messages)] : messages,
  tools: [],
  stream: false,
  ...rest,
  sampling: { maxTokens: SHORT, ...rest.sampling },
})
/** The same without a limit of tokens. */
export const unlimited = (messages: string | readonly Message[], rest: Partial<Asked> = {}): Asked => ({
  ...asking(messages, rest),
  sampling: rest.sampling ?? {},
})

export const SHORT = 32
type Ask = Question | ((heard: Hearing, subject: Subject) => Question | undefined)
/** `input`: bytes of a question that depends on what was heard. */
export const step = (label: string, ask: Ask, output: number = SHORT, input?: number): Step => ({
  label,
  ask: typeof ask === 'function' ? ask : () => ask,
  output: tokens(output) as Tokens,
  ...(input !== undefined && { input }),
})

export const CHAT = ['openai-chat'] as const
export const OPENAI_TEXT = ['openai-chat', 'openai-completions'] as const

export type Encoded = { readonly path: string; readonly body: string }

/** The bytes of a question; a sentence where the dialect has no words for it. */
export const encodeQuestion = (question: Question, subject: Subject): Result<Encoded, string> => {
  const { dialect } = subject
  if (question.dialects !== undefined && !question.dialects.includes(dialect.name)) return err('the dialect has no words for it')
  const stream = question.request.stream || (question.plain !== true && subject.streams === 'only')
  const encoded = dialect.encodeRequest({ ...asked(question, subject), stream, model: question.model ?? subject.model })
  if (!encoded.ok) return err(encoded.error.message)
  const lost = encoded.value.warnings.find(({ weight }) => weight !== 'hint')
  if (lost !== undefined) return err(lost.message)
  const { path, body } = encoded.value
  const limited = question.plain === true ? body : renamed(body, subject.limitMember)
  return ok({ path, body: question.text ?? JSON.stringify({ ...merge(limited, subject.body), ...question.patch }) })
}

/** An endpoint that counts anyway, or cannot be asked to count, is not asked; a stream in a whole answer's place counts as that would. */
const asked = ({ request, plain }: Question, { streamUsage, streams }: Subject): Question['request'] => {
  const { streamUsage: _, ...rest } = request
  if (plain === true) return request
  if (streamUsage !== 'asked') return rest
  return streams === 'only' && !request.stream ? { ...request, streamUsage: true } : request
}

const renamed = (body: JsonObject, member: string | undefined): JsonObject => {
  const { max_completion_tokens: limit, ...rest } = body
  return member === undefined || limit === undefined ? body : { ...rest, [member]: limit }
}
