// What is tried in each cell, written once for every SDK: an exchange of questions and answers, and what must be true of them.
import type { Asked, Driver, Heard, ToolCall, Verb, Way } from './driver.ts'
import {
  COMPLAINT,
  PLACES,
  QUESTIONS,
  RETRY_AFTER_SECONDS,
  recollection,
  report,
  resultFor,
  SCHEMA,
  type Seal,
  STRUCTURED,
  THOUGHT,
  TOOL,
  USAGE,
  WORDS,
} from './script.ts'

/** Something that is not as it should be; `excuse` fits the paths of warnings that declare it, `unsaid` says why it is the SDK's to say. */
export type Problem = { readonly message: string; readonly excuse?: RegExp; readonly unsaid?: string }
export type Trial = {
  readonly driver: Driver
  readonly way: Way
  readonly alias: string
  readonly refusedAlias: string
  /** What the endpoint seals its thoughts with. */
  readonly seal: Seal
  /** The same of calls. */
  readonly callSeal: Seal
  /** An answer of the endpoint calls one tool at most. */
  readonly oneCall: boolean
}

export const run = (verb: Verb, trial: Trial): Promise<readonly Problem[]> => RUNS[verb](trial)

const asking = ({ driver, way, alias }: Trial, asked: Partial<Asked> & Pick<Asked, 'question'>): Promise<Heard> =>
  driver.ask(way, { model: alias, stream: false, ...asked })

const same = (what: string, found: unknown, wanted: unknown, excuse?: RegExp): Problem[] =>
  JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [{ message: `${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`, ...(excuse && { excuse }) }]

const said = (trial: Trial, heard: Heard): Problem[] => [
  ...same('text', heard.text, WORDS),
  ...same('finish', heard.finish, trial.driver.finish.stop),
]
const counted = ({ usage }: Heard): Problem[] => same('usage', usage, { input: USAGE.input, output: USAGE.output }, /usage/)

// ---- tools ----------------------------------------------------------------------------------------------------------------

/** Paths of what may be declared to be missing of tools. */
export const TOOLS = /\/tools|\/toolChoice|tool-call|\/choices\/0\/parts|^\/messages/
const called = ({ driver }: Trial, heard: Heard, places: readonly string[]): Problem[] => [
  ...same(
    'calls',
    heard.calls.map((call) => [call.name, call.arguments]),
    places.map((place) => [TOOL.name, { place }]),
    TOOLS,
  ),
  ...same('different ids', new Set(heard.calls.map(({ id }) => id).filter((id) => id !== '')).size, heard.calls.length),
  ...same('finish', heard.finish, driver.finish.calls, TOOLS),
]
export const placeOf = ({ arguments: given }: ToolCall): string => (given as { place: string }).place

const ONE_CALL: Problem = { message: 'one call alone', unsaid: 'an answer of this endpoint has words for one call alone, and made one' }

/** The calls, and what the model says of their results, which are handed in out of order. */
const withTools = async (trial: Trial, question: string, places: readonly string[], stream: boolean): Promise<Problem[]> => {
  const heard = await asking(trial, { question, stream, tools: [TOOL] })
  const alone = trial.oneCall && places.length > 1
  const problems = [...called(trial, heard, alone ? places.slice(0, 1) : places), ...(alone ? [ONE_CALL] : [])]
  if (heard.calls.length === 0) return problems
  const results = heard.calls.map((call) => ({ call, text: resultFor(placeOf(call)) })).toReversed()
  const answer = await asking(trial, { question: '', stream, tools: [TOOL], before: { question, turn: heard.turn, results } })
  return [...problems, ...same('report', answer.text, report(heard.calls.map(placeOf)), TOOLS)]
}

// ---- reasoning --------------------------------------------------------------------------------------------------------------

/** Not asked for, or not in the answer. */
const HIDDEN = /^\/reasoning(?:\/|$)|^\/choices\/0\/parts/
const UNSEALED = /^\/(?:messages|choices)\/\d+\/parts\/\d+/

/** The thought; then, where it is to be echoed, that thought back with its owner, seal and all. */
const thinking = async (trial: Trial, stream: boolean, echo: boolean): Promise<Problem[]> => {
  const question = QUESTIONS.think
  const heard = await asking(trial, { question, stream, reasoning: true })
  if (!echo) return [...same('reasoning', heard.reasoning, THOUGHT, HIDDEN), ...said(trial, heard)]
  const before = { question, turn: heard.turn, results: [] }
  const again = await asking(trial, { question: QUESTIONS.recall, stream, reasoning: true, before })
  const { echoes } = trial.driver
  if (echoes === 'text' && trial.seal.data !== '' && again.text === recollection('')) return [WITHOUT_SEAL]
  return same('recollection', again.text, recollection(trial.seal.data), heard.reasoning === '' ? HIDDEN : UNSEALED)
}
const WITHOUT_SEAL: Problem = {
  message: 'the thought came back without its seal',
  unsaid: 'the text of a thought is handed back, without what its endpoint sealed it with',
}
const sealedCall = async (trial: Trial, stream: boolean): Promise<Problem[]> => {
  const question = QUESTIONS.sealed
  const { driver, callSeal } = trial
  if (callSeal.field === '') return [{ message: 'no seals', unsaid: 'an endpoint of this dialect seals no calls' }]
  const heard = await asking(trial, { question, stream, tools: [TOOL] })
  const results = heard.calls.map((call) => ({ call, text: resultFor(placeOf(call)) }))
  const { text } = await asking(trial, { question: '', stream, tools: [TOOL], before: { question, turn: heard.turn, results } })
  const told = report(PLACES.slice(0, 1))
  if (driver.dropsCallSeals !== undefined && text === `${told}|`)
    return [{ message: 'the call came back without its seal', unsaid: driver.dropsCallSeals }]
  return same('sealed call', text, `${told}|${callSeal.data}`, UNSEALED)
}
const wholeAndStreamed = async (tried: (stream: boolean) => Promise<Problem[]>): Promise<Problem[]> => [
  ...(await tried(false)),
  ...(await tried(true)),
]

// ---- failures ---------------------------------------------------------------------------------------------------------------

type Expected = { readonly status: '400' | '401' | '429' | '451'; readonly message: RegExp; readonly retryAfter?: boolean }
const fails = async (trial: Trial, asked: Partial<Asked> & Pick<Asked, 'question'>, expected: Expected): Promise<Problem[]> => {
  const problems: Problem[] = []
  for (const stream of [false, true]) {
    const attempt = await attempted(() => asking(trial, { stream, ...asked }))
    if (attempt.ok) return [{ message: `no failure${stream ? ', streamed' : ''}` }]
    const raised = trial.driver.raised(attempt.failure)
    problems.push(
      ...same('class', raised.name, trial.driver.raises[expected.status]),
      ...same('status', raised.status, Number(expected.status)),
      ...(expected.message.test(raised.message) ? [] : [{ message: `the message is ${JSON.stringify(raised.message)}` }]),
      ...(expected.retryAfter === true ? same('retry after', raised.retryAfter, String(RETRY_AFTER_SECONDS)) : []),
    )
  }
  return problems
}
type Attempted<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: unknown }
const attempted = async <T>(attempt: () => Promise<T>): Promise<Attempted<T>> => {
  try {
    return { ok: true, value: await attempt() }
  } catch (failure) {
    return { ok: false, failure }
  }
}

export const OUTPUT = /^\/output|^\/tools|^\/toolChoice/
/** An SDK raises an error of its own at what does not fit the schema. */
export const structuredOr = async (trial: Trial, run: () => Promise<Problem[]>): Promise<Problem[]> => {
  const attempt = await attempted(run)
  if (attempt.ok) return attempt.value
  if (trial.driver.raised(attempt.failure).status !== undefined) throw attempt.failure
  return [{ message: String(attempt.failure), excuse: OUTPUT }]
}

const RUNS: { readonly [verb in Verb]: (trial: Trial) => Promise<readonly Problem[]> } = {
  'asked whole': async (trial) => said(trial, await asking(trial, { question: QUESTIONS.say })),
  'asked streamed': async (trial) => said(trial, await asking(trial, { question: QUESTIONS.say, stream: true })),
  'unicode, cut at every byte': async (trial) => said(trial, await asking(trial, { question: QUESTIONS.bytes, stream: true })),
  'one tool': (trial) => withTools(trial, QUESTIONS.one, PLACES.slice(0, 1), false),
  'parallel tools, streamed in fragments': (trial) => withTools(trial, QUESTIONS.several, PLACES, true),
  'structured output': (trial) =>
    structuredOr(trial, async () => {
      const heard = await asking(trial, { question: QUESTIONS.structured, schema: SCHEMA })
      return same('structured', heard.structured, STRUCTURED, OUTPUT)
    }),
  'reasoning shown': (trial) => wholeAndStreamed((stream) => thinking(trial, stream, false)),
  'reasoning echoed': (trial) => wholeAndStreamed((stream) => thinking(trial, stream, true)),
  'sealed calls echoed': (trial) => wholeAndStreamed((stream) => sealedCall(trial, stream)),
  usage: async (trial) => {
    const answers = [await asking(trial, { question: QUESTIONS.say }), await asking(trial, { question: QUESTIONS.say, stream: true })]
    return answers.flatMap(counted)
  },
  'error 400': (trial) => fails(trial, { question: QUESTIONS.fail400 }, { status: '400', message: new RegExp(COMPLAINT) }),
  'error 401': (trial) =>
    fails({ ...trial, way: { ...trial.way, key: 'wrong' } }, { question: QUESTIONS.say }, { status: '401', message: /key/ }),
  'error 429': (trial) =>
    fails(trial, { question: QUESTIONS.fail429 }, { status: '429', message: new RegExp(COMPLAINT), retryAfter: true }),
  'refusal 451': (trial) =>
    fails(trial, { question: QUESTIONS.say, model: trial.refusedAlias }, { status: '451', message: /policy|permit|refuse/ }),
  'broken stream': async (trial) => {
    const attempt = await attempted(() => asking(trial, { question: QUESTIONS.breakOff, stream: true }))
    return attempt.ok ? [{ message: `a stream that broke off was taken for a whole answer: ${JSON.stringify(attempt.value)}` }] : []
  },
}
