import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../../dialects/defined.ts'
import type { Tool } from '../../dialects/neutral.ts'
import { adaptRequest } from '../../providers/adapt.ts'
import { ALL_BRIDGES } from '../../providers/bridging.ts'
import { type Deviations, deviationsOf } from '../../providers/profile.ts'
import { asking, CHAT, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Question, Subject } from '../experiment.ts'
import { type Heard, type Hearing, objectOf } from '../hearing.ts'
import { callsOf, isAnswered, isRefused, judged, type Opinion, opinion, quoted, textOf } from '../judging.ts'

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
const WEATHER: Tool = { name: 'weather', description: 'Tells the weather in one city.', parameters: city }
const CLOCK: Tool = { name: 'clock', description: 'Tells the time in one city.', parameters: city }
const OUTPUT = 128
const limited = { sampling: { maxTokens: OUTPUT } }
const tools = [WEATHER, CLOCK]
const QUESTION = 'What is the weather in Reims? Use a tool.'
const BOTH = 'What is the weather in Reims, and what is it in Metz? Call the tool for both cities at once.'

const namesOf = (heard: Heard): string =>
  callsOf(heard)
    .map(({ name }) => name)
    .join(', ')
const called = (heard: Heard): Opinion =>
  callsOf(heard).length > 0 ? opinion('honours', `calls ${namesOf(heard)}`) : (written(heard) ?? opinion('ignores', 'calls no tool'))
/** Where it is left to the model, that it calls nothing is no fault. */
const mayCall = (heard: Heard): Opinion =>
  callsOf(heard).length > 0 || written(heard) ? called(heard) : opinion('unknown', 'calls no tool')
/** A call that stands in the text. */
const written = (heard: Heard): Opinion | undefined => {
  const mark = markIn(textOf(heard))
  return mark === undefined ? undefined : opinion('emulated', `writes the call into its text, after ${quoted(mark.open)}`)
}

type Mark = { readonly open: string; readonly close: string; readonly syntax: 'json' | 'calls' }
const MARKS: readonly Mark[] = [
  { open: '```tool_code', close: '```', syntax: 'calls' },
  { open: '<tool_call>', close: '</tool_call>', syntax: 'json' },
  { open: '[TOOL_CALLS]', close: ']', syntax: 'json' },
  { open: '<|python_tag|>', close: '<|eom_id|>', syntax: 'json' },
]
const markIn = (text: string): Mark | undefined => MARKS.find(({ open }) => text.includes(open))

/** Class 4. */
export const toolChoice: Experiment = {
  id: 'tool-choice',
  number: 4,
  title: 'Which tool is called, and whether',
  foreign: ['any'],
  steps: [
    step('auto', { request: asking(QUESTION, { tools, toolChoice: { kind: 'auto' }, ...limited }) }, OUTPUT),
    step('none', { request: asking(QUESTION, { tools, toolChoice: { kind: 'none' }, ...limited }) }, OUTPUT),
    step('required', { request: asking('Say hello.', { tools, toolChoice: { kind: 'required' }, ...limited }) }, OUTPUT),
    step('any', { request: asking('Say hello.', { tools, ...limited }), patch: { tool_choice: 'any' }, dialects: CHAT }, OUTPUT),
    step('named', { request: asking(QUESTION, { tools, toolChoice: { kind: 'named', name: 'clock' }, ...limited }) }, OUTPUT),
    step('single', { request: asking(BOTH, { tools: [WEATHER], parallelToolCalls: false, ...limited }) }, OUTPUT),
  ],
  judge: (heard, { dialect }): Judgement => {
    const findings: Finding[] = [
      judged('auto', heard.of('auto'), mayCall),
      judged('none', heard.of('none'), (answer) =>
        callsOf(answer).length > 0
          ? opinion('ignores', `calls ${namesOf(answer)} though none was allowed`)
          : opinion('honours', 'calls no tool'),
      ),
      judged('required', heard.of('required'), called),
      ...(dialect.name === 'openai-chat' ? [judged('any', heard.of('any'), called)] : []),
      judged('named', heard.of('named'), (answer) => {
        const wrong = callsOf(answer).find(({ name }) => name !== 'clock')
        return wrong === undefined ? called(answer) : opinion('ignores', `\`clock\` was named, and it calls ${quoted(wrong.name)}`)
      }),
      judged('one-at-a-time', heard.of('single'), (answer) =>
        callsOf(answer).length > 1 ? opinion('ignores', 'calls several tools though one at a time was asked for') : called(answer),
      ),
    ]
    return { findings, classes: dialect.name === 'openai-chat' ? choiceClasses(findings) : {} }
  },
}

/** Only what is honoured counts as a word; said only where enough was answered to say anything. */
const choiceClasses = (findings: readonly Finding[]): { readonly [name: string]: JsonObject } => {
  const verdict = (aspect: string) => findings.find((finding) => finding.aspect === aspect)?.verdict ?? 'unknown'
  const told = ['auto', 'none', 'required', 'named'].filter((aspect) => verdict(aspect) !== 'unknown')
  if (told.length < 4) return {}
  const word = (aspect: string): string | undefined => (verdict(aspect) === 'honours' ? aspect : undefined)
  const words = defined({ auto: word('auto'), none: word('none'), required: word('required') ?? word('any') })
  const named = verdict('named') === 'honours' ? 'function' : words.required === undefined ? 'none' : 'filter'
  const parallel = verdict('one-at-a-time')
  return { toolChoice: { words, named, ...((parallel === 'honours' || parallel === 'rejects') && { parallel: parallel === 'honours' }) } }
}

/** The tool described in words, as the bridge for models without tools has it, with the vendor's own marks where they are known. */
const described = ({ profile, dialect, model }: Subject): Question | undefined => {
  const known = profile === undefined ? undefined : deviationsOf(profile, dialect.name, model).toolCalls
  const stated = { source: 'lab', evidence: 'observed' } as const
  const inText: Deviations = { toolCalls: { arrive: 'text', ...stated, ...(known?.marks !== undefined && { marks: known.marks }) } }
  const asked = { ...asking(QUESTION, { tools: [WEATHER], ...limited }), model }
  const adapted = adaptRequest(asked, inText, { bridges: ALL_BRIDGES, maxOutputTokens: OUTPUT })
  if (!adapted.ok) return undefined
  const { model: _, ...request } = adapted.value.request
  return { request }
}

/** Class 5, with the calls of one answer side by side. */
export const toolCalls: Experiment = {
  id: 'tool-calls',
  number: 5,
  title: 'How a call arrives in a stream',
  steps: [
    step('one', { request: asking(QUESTION, { tools, stream: true, ...limited }) }, OUTPUT),
    step('forced', { request: asking(QUESTION, { tools, toolChoice: { kind: 'required' }, stream: true, ...limited }) }, OUTPUT),
    step('described', (_, subject) => described(subject), OUTPUT, 2048),
    step('two', { request: asking(BOTH, { tools: [WEATHER], stream: true, ...limited }) }, 2 * OUTPUT),
  ],
  judge: (heard): Judgement => {
    const findings = [
      judged('arguments', heard.of('one'), arriving),
      judged('arguments-forced', heard.of('forced'), arriving),
      judged(
        'in-words',
        heard.of('described'),
        (answer) => written(answer) ?? opinion('unknown', 'writes no call, though the tool was described in words'),
      ),
      judged('parallel', heard.of('two'), parallel),
      judged('pieces', heard.of('two'), pieces),
    ]
    return { findings, classes: arrivalClasses(heard) }
  },
}

const fragmentsOf = (heard: Heard): number => {
  const first = heard.neutral.find((event) => event.kind === 'part-start' && event.of.kind === 'tool-call')
  if (first?.kind !== 'part-start') return 0
  return heard.neutral.filter((event) => event.kind === 'part-delta' && event.part === first.part && event.choice === first.choice).length
}

const arriving = (heard: Heard): Opinion => {
  if (callsOf(heard).length === 0) return written(heard) ?? opinion('unknown', 'calls no tool')
  const fragments = fragmentsOf(heard)
  return fragments > 1
    ? opinion('honours', `the arguments of a call come in ${fragments} pieces`)
    : opinion('emulated', 'the arguments of a call come whole, in one piece')
}

const parallel = (heard: Heard): Opinion => {
  const calls = callsOf(heard)
  if (calls.length === 0) return written(heard) ?? opinion('unknown', 'calls no tool')
  if (calls.length === 1) return opinion('unknown', 'calls one tool where two calls were asked for at once')
  const ids = new Set(calls.map(({ id }) => id))
  const cities = new Set(calls.flatMap(({ arguments: text }) => objectOf(text)?.city ?? []).map(String))
  if (ids.size < calls.length) return opinion('emulated', 'two calls have one id')
  return cities.size >= 2
    ? opinion('honours', `${calls.length} calls in one answer, each with its id and arguments`)
    : opinion('ignores', 'the arguments of two calls cannot be told apart')
}

/** Of the pieces of one call, the first names it; some endpoints name it in each. */
const pieces = (heard: Heard): Opinion => {
  const seen = new Set<string>()
  let repeated = false
  for (const { index, id } of heard.events.flatMap(callPieces)) {
    repeated ||= id !== undefined && seen.has(`${index}/${id}`)
    if (id !== undefined) seen.add(`${index}/${id}`)
  }
  if (seen.size === 0) return opinion('unknown', 'no pieces of calls came')
  return repeated ? opinion('emulated', 'every piece of a call names it again') : opinion('honours', 'a call is named once')
}
const callPieces = (event: Json): readonly { readonly index: string; readonly id: string | undefined }[] => {
  const choice = isJsonObject(event) && Array.isArray(event.choices) ? (event.choices as readonly Json[])[0] : undefined
  const delta = isJsonObject(choice) ? choice.delta : undefined
  const calls = isJsonObject(delta) && Array.isArray(delta.tool_calls) ? (delta.tool_calls as readonly Json[]) : []
  return calls
    .filter(isJsonObject)
    .map(({ index, id }) => ({ index: String(index), id: typeof id === 'string' && id !== '' ? id : undefined }))
}

const arrivalClasses = (heard: Hearing): { readonly [name: string]: JsonObject } => {
  const [one, forced] = [heard.of('one'), heard.of('forced')]
  const texts = [one, heard.of('described')].filter(isAnswered).map(textOf)
  const mark = texts.map(markIn).find((each) => each !== undefined)
  const calling = [one, forced].filter(isAnswered).find((each) => callsOf(each).length > 0)
  if (mark !== undefined && isAnswered(one) && callsOf(one).length === 0) return { toolCalls: { arrive: 'text', marks: { ...mark } } }
  if (calling === undefined) return isRefused(one) && isRefused(forced) ? { toolCalls: { arrive: 'none' } } : {}
  return { toolCalls: { arrive: fragmentsOf(calling) > 1 ? 'fragments' : 'whole' } }
}

const choice = { anyOf: [{ type: 'string', enum: ['red', 'blue'] }, { type: 'integer' }] }
/** One schema for each part of JSON Schema that some endpoint does not read. */
const SCHEMAS: { readonly [aspect: string]: JsonObject } = {
  references: {
    type: 'object',
    properties: { colour: { $ref: '#/$defs/colour' } },
    required: ['colour'],
    additionalProperties: false,
    $defs: { colour: { type: 'string', enum: ['red', 'blue'] } },
  },
  'type-beside-any-of': { type: 'object', properties: { colour: { type: 'string', anyOf: choice.anyOf } }, required: ['colour'] },
  'tuple-as-items': {
    type: 'object',
    properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'integer' }] } },
    required: ['pair'],
  },
  bounds: {
    type: 'object',
    properties: { word: { type: 'string', pattern: '^[a-z]+$', minLength: 2 }, count: { type: 'integer', minimum: 1, maximum: 9 } },
    required: ['word', 'count'],
  },
  'open-object': { type: 'object', properties: { colour: choice }, additionalProperties: { type: 'string' } },
}

/** Class 6. */
export const toolSchema: Experiment = {
  id: 'tool-schema',
  number: 6,
  title: 'Which JSON Schema a tool may have',
  steps: [
    ...Object.entries(SCHEMAS).map(([aspect, parameters]) =>
      step(
        aspect,
        {
          request: asking('Choose a colour with the tool.', {
            tools: [{ name: 'choose', description: 'Chooses.', parameters }],
            ...limited,
          }),
        },
        OUTPUT,
      ),
    ),
    step('strict-flag', { request: asking(QUESTION, { tools: [{ ...WEATHER, strict: true }], ...limited }) }, OUTPUT),
    step(
      'strict-open',
      {
        request: asking('Choose a colour with the tool.', {
          tools: [{ name: 'choose', parameters: SCHEMAS['open-object'] ?? {}, strict: true }],
          ...limited,
        }),
      },
      OUTPUT,
    ),
  ],
  judge: (heard, { dialect }): Judgement => {
    const accepted = () => opinion('honours', 'is taken')
    const findings = [...Object.keys(SCHEMAS), 'strict-flag', 'strict-open'].map((aspect) => judged(aspect, heard.of(aspect), accepted))
    const verdict = (aspect: string) => findings.find((finding) => finding.aspect === aspect)?.verdict
    const mfjs = verdict('type-beside-any-of') === 'rejects' || verdict('tuple-as-items') === 'rejects'
    const full = Object.keys(SCHEMAS).every((aspect) => verdict(aspect) === 'honours')
    const strict = verdict('strict-open') === 'rejects' && verdict('strict-flag') === 'honours'
    const flag = verdict('strict-flag')
    const kind = mfjs ? 'mfjs' : strict ? 'strict' : full ? 'full' : undefined
    if (dialect.name !== 'openai-chat' || kind === undefined) return { findings }
    return {
      findings,
      classes: { toolSchema: { dialect: kind, ...(flag === 'rejects' && { strictFlag: false }) } },
    }
  },
}
