import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Message } from '../../dialects/neutral.ts'
import { deviationsOf } from '../../providers/profile.ts'
import { asking, CHAT, say, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Question, Step, Subject } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, type Opinion, opinion, quoted, reasoningOf, TAGS, wholeTextOf } from '../judging.ts'

const RIDDLE = 'A shop sells pens at 3 for 2 coins. How many coins do 18 pens cost? Answer with the number alone.'
const OUTPUT = 768
const riddle = (text = RIDDLE) => asking(text, { sampling: { maxTokens: OUTPUT } })

type Switch = { readonly name: string; readonly on: JsonObject; readonly off: JsonObject }
/** The ways in which vendors are known to let reasoning be switched, in OpenAI's words and in their own. */
const SWITCHES: readonly Switch[] = [
  { name: 'reasoning_effort', on: { reasoning_effort: 'high' }, off: { reasoning_effort: 'none' } },
  { name: 'reasoning_effort-null', on: { reasoning_effort: 'low' }, off: { reasoning_effort: null } },
  { name: 'thinking', on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } },
  { name: 'enable_thinking', on: { enable_thinking: true }, off: { enable_thinking: false } },
  {
    name: 'chat_template_kwargs',
    on: { chat_template_kwargs: { enable_thinking: true } },
    off: { chat_template_kwargs: { enable_thinking: false } },
  },
  {
    name: 'thinking_mode',
    on: { chat_template_kwargs: { thinking_mode: 'on' } },
    off: { chat_template_kwargs: { thinking_mode: 'off' } },
  },
]
const IN_TEXT = 'text'
/** Each effort and OpenAI's word for it. */
const EFFORTS = { none: 'none', minimal: 'minimal', low: 'low', medium: 'medium', high: 'high', maximal: 'xhigh' } as const
const effortLabel = (effort: string): string => `effort-${effort}`

/** What shows that an answer was reasoned about. `hidden`: only the count of tokens says so. */
type Stands = 'reasoning_content' | 'reasoning' | 'tags' | 'parts' | 'hidden'

const standsIn = (heard: Heard): Stands | undefined => {
  const message = messageOf(heard)
  for (const name of ['reasoning_content', 'reasoning'] as const) if (typeof message[name] === 'string' && message[name] !== '') return name
  const typed =
    Array.isArray(message.content) &&
    (message.content as readonly Json[]).some((part) => isJsonObject(part) && /think|reason/.test(String(part.type)))
  if (typed) return 'parts'
  if (reasoningOf(heard) !== '') return heard.raw === undefined && heard.events.length > 0 ? fieldOfEvents(heard) : 'parts'
  if (tagsIn(heard) !== undefined) return 'tags'
  return (heard.answer?.usage?.reasoning ?? 0) > 0 ? 'hidden' : undefined
}
const tagsIn = (heard: Heard): (typeof TAGS)[number] | undefined => {
  const text = wholeTextOf(heard)
  return TAGS.find(({ open, close }) => text.trimStart().startsWith(open) || text.includes(close))
}
const messageOf = (heard: Heard): JsonObject => firstOf(heard.raw, 'message')
const firstOf = (body: Json | undefined, name: string): JsonObject => {
  const choices = isJsonObject(body) && Array.isArray(body.choices) ? (body.choices as readonly Json[]) : []
  const choice = choices[0]
  const value = isJsonObject(choice) ? choice[name] : undefined
  return isJsonObject(value) ? value : {}
}
const fieldOfEvents = (heard: Heard): Stands => {
  for (const name of ['reasoning_content', 'reasoning'] as const)
    if (heard.events.some((event) => typeof firstOf(event, 'delta')[name] === 'string')) return name
  return 'parts'
}

/** By default the model reasons: then ways to switch it off are tried; otherwise ways to switch it on. */
const toggled = ({ name, on, off }: Switch): Step =>
  step(name, (heard, subject): Question | undefined => switched(heard, subject.dialect.name, { on, off }), OUTPUT, 512)
const switched = (heard: Hearing, dialect: string, { on, off }: Pick<Switch, 'on' | 'off'>): Question | undefined => {
  const plain = heard.of('plain')
  if (!isAnswered(plain)) return undefined
  if (dialect === 'openai-chat') return { request: riddle(), patch: standsIn(plain) === undefined ? on : off, dialects: CHAT }
  return undefined
}

/** Class 7. */
export const reasoningToggle: Experiment = {
  id: 'reasoning-toggle',
  number: 7,
  title: 'How reasoning is switched on and off',
  foreign: [...SWITCHES.slice(1).map(({ name }) => name), IN_TEXT],
  steps: [
    step('plain', { request: riddle() }, OUTPUT),
    step(
      'effort',
      (heard, { dialect }) => {
        const plain = heard.of('plain')
        if (!isAnswered(plain) || dialect.name === 'openai-chat') return undefined
        return { request: { ...riddle(), reasoning: { effort: standsIn(plain) === undefined ? 'high' : 'none' } } }
      },
      OUTPUT,
      512,
    ),
    ...SWITCHES.map(toggled),
    ...Object.entries(EFFORTS).map(([effort, word]) =>
      step(effortLabel(effort), { request: asking(RIDDLE), patch: { reasoning_effort: word }, dialects: CHAT }),
    ),
    step(
      IN_TEXT,
      (heard) => {
        const plain = heard.of('plain')
        return isAnswered(plain) ? { request: riddle(`${RIDDLE} ${standsIn(plain) === undefined ? '/think' : '/no_think'}`) } : undefined
      },
      OUTPUT,
      512,
    ),
  ],
  judge: (heard, { dialect }): Judgement => {
    const plain = heard.of('plain')
    const reasons = isAnswered(plain) && standsIn(plain) !== undefined
    const names = dialect.name === 'openai-chat' ? [...SWITCHES.map(({ name }) => name), IN_TEXT] : ['effort', IN_TEXT]
    const findings: Finding[] = [
      judged('default', plain, () =>
        reasons
          ? opinion('emulated', 'the model reasons without being asked to')
          : opinion('honours', 'the model shows no reasoning unless asked'),
      ),
      ...names.map((name) => judged(name, heard.of(name), (answer) => toggling(answer, reasons))),
      ...(dialect.name === 'openai-chat'
        ? Object.keys(EFFORTS).map((effort) => judged(effortLabel(effort), heard.of(effortLabel(effort)), taken))
        : []),
    ]
    return {
      findings,
      classes: dialect.name === 'openai-chat' && isAnswered(plain) ? toggleClasses(findings, reasons, effortsOf(heard)) : {},
    }
  },
}

const taken = (): Opinion => opinion('unknown', 'is taken, and how much it changes was not measured')
const toggling = (heard: Heard, reasons: boolean): Opinion => {
  const now = standsIn(heard) !== undefined
  if (now !== reasons) return opinion('honours', reasons ? 'switches reasoning off' : 'switches reasoning on')
  return reasons
    ? opinion('ignores', 'is taken, and the model reasons on')
    : opinion('unknown', 'is taken, and no reasoning shows; the model may have none')
}

/** The words that are taken, where others are refused: where all are, none may be read. */
const effortsOf = (heard: Hearing): JsonObject | undefined => {
  const asked = Object.entries(EFFORTS).map(([effort, word]) => ({ effort, word, answer: heard.of(effortLabel(effort)) }))
  const accepted = asked.filter(({ answer }) => isAnswered(answer))
  if (accepted.length === 0 || !asked.some(({ answer }) => isRefused(answer))) return undefined
  return Object.fromEntries(accepted.map(({ effort, word }) => [effort, { reasoning_effort: word }]))
}

const toggleClasses = (
  findings: readonly Finding[],
  reasons: boolean,
  efforts: JsonObject | undefined,
): { readonly [name: string]: JsonObject } => {
  const works = findings.find(
    ({ aspect, verdict }) => verdict === 'honours' && aspect !== 'default' && !aspect.startsWith('effort-'),
  )?.aspect
  if (!reasons && works === undefined && efforts === undefined) return {}
  const way = SWITCHES.find(({ name }) => name === works)
  return {
    reasoningToggle: {
      default: reasons ? 'on' : 'off',
      ...(efforts !== undefined && { efforts }),
      // What holds by default needs no word, and its word was not tried.
      ...(way !== undefined && { on: reasons ? {} : way.on, off: reasons ? way.off : {} }),
      ...(works === IN_TEXT && { text: { on: '/think', off: '/no_think' } }),
    },
  }
}

/** The answer of class 7 that shows reasoning: the plain one, or the first that was switched on. */
const reasoned = (heard: Hearing): Heard | undefined => {
  const first = heard.within('reasoning-toggle').own
  return [...first, ...heard.own].find((each) => isAnswered(each) && standsIn(each) !== undefined)
}

const TOOL = {
  name: 'weather',
  description: 'Tells the weather in one city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}
const CALL = 'call_a1b2c3d4e'
const THOUGHT = 'The user asks for Reims, so I call the tool.'
const turn: readonly Message[] = [
  say('user', 'What is the weather in Reims?'),
  { role: 'assistant', parts: [{ kind: 'tool-call', id: CALL, name: 'weather', arguments: '{"city":"Reims"}' }] },
  { role: 'tool', parts: [{ kind: 'tool-result', call: CALL, name: 'weather', parts: [{ kind: 'text', text: 'Sunny, 21 degrees.' }] }] },
]
const after = (patch?: JsonObject): Question => ({
  request: asking(turn, { tools: [TOOL], sampling: { maxTokens: OUTPUT } }),
  ...(patch !== undefined && { patch, dialects: CHAT }),
})

/** Sent back in the place where it came. */
const echoed = (heard: Hearing): Question => {
  const shown = reasoned(heard)
  const stands = shown === undefined ? undefined : standsIn(shown)
  const message: JsonObject =
    stands === 'parts'
      ? { content: [{ type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] }] }
      : stands === 'tags'
        ? { content: `<think>${THOUGHT}</think>` }
        : { content: null, [stands === 'reasoning' ? 'reasoning' : 'reasoning_content']: THOUGHT }
  const call = { id: CALL, type: 'function', function: { name: 'weather', arguments: '{"city":"Reims"}' } }
  return after({
    messages: [
      { role: 'user', content: 'What is the weather in Reims?' },
      { role: 'assistant', ...message, tool_calls: [call] },
      { role: 'tool', tool_call_id: CALL, content: 'Sunny, 21 degrees.' },
    ],
  })
}

/** Class 8. */
export const reasoningOutput: Experiment = {
  id: 'reasoning-output',
  number: 8,
  title: 'Where reasoning stands, and whether it must go back',
  foreign: ['echo-sent'],
  steps: [
    step(
      'shown',
      (heard) => (reasoned(heard) === undefined && heard.within('reasoning-toggle').own.length === 0 ? { request: riddle() } : undefined),
      OUTPUT,
      512,
    ),
    step('without', after(), OUTPUT),
    step('with', echoed, OUTPUT, 1024),
  ],
  judge: (heard, subject): Judgement => {
    const { dialect } = subject
    const [without, back] = [heard.of('without'), heard.of('with')]
    const shown = reasoned(heard)
    const findings: Finding[] = [
      shown === undefined
        ? { aspect: 'place', verdict: 'unknown', says: 'no answer showed reasoning', evidence: [] }
        : judged('place', shown, place),
      judged('echo-left-out', without, () => opinion('honours', 'a turn that called a tool may come back without its reasoning')),
      judged('echo-sent', back, () => opinion('honours', 'reasoning may be sent back')),
    ]
    return { findings, classes: dialect.name === 'openai-chat' ? outputClasses({ shown, without, back }, subject) : {} }
  },
}

const place = (heard: Heard): Opinion => {
  const stands = standsIn(heard)
  if (stands === 'hidden') return opinion('honours', 'reasoning is counted and not shown')
  if (stands === 'tags') return opinion('emulated', `reasoning stands in the text, after ${quoted(tagsIn(heard)?.open ?? '')}`)
  return opinion(
    stands === 'parts' ? 'honours' : 'emulated',
    stands === 'parts' ? 'reasoning stands in parts of its own' : `reasoning stands in \`${stands}\``,
  )
}

type Output = { readonly shown: Heard | undefined; readonly without: Heard | undefined; readonly back: Heard | undefined }

/** Where none was shown, its place is as documented, or hidden. */
const outputClasses = ({ shown, without, back }: Output, subject: Subject): { readonly [name: string]: JsonObject } => {
  // That it may go back says nothing of whether it should: a documented caution stands.
  const forced = isRefused(without) && isAnswered(back)
  const echo = forced ? 'required-after-tools' : isRefused(back) && isAnswered(without) ? 'forbidden' : undefined
  const seen = shown === undefined ? undefined : standsIn(shown)
  const tags = shown === undefined ? undefined : tagsIn(shown)
  if (seen === undefined && echo === undefined) return {}
  const stands = seen ?? documentedPlace(subject) ?? 'hidden'
  const marks = stands === 'tags' && tags !== undefined && { tags: { ...tags } }
  return { reasoningOutput: { stands, ...marks, ...(echo !== undefined && { echo }) } }
}
const documentedPlace = ({ profile, dialect, model }: Subject): Stands | undefined =>
  profile === undefined ? undefined : deviationsOf(profile, dialect.name, model).reasoningOutput?.stands
