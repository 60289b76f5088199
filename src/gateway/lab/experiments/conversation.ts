import type { JsonObject } from '../../../core/json.ts'
import { asking, CHAT, say, step } from '../asking.ts'
import type { Experiment, Finding, Judgement } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, type Opinion, opinion, textOf } from '../judging.ts'

const WORD = 'heron'
const repeated = (heard: Heard): Opinion =>
  textOf(heard).toLowerCase().includes(WORD)
    ? opinion('honours', 'is read')
    : opinion('unknown', 'is taken, and the answer does not show that it was read')
const repeat = `Repeat this word: ${WORD}`

/** One grey pixel. */
const PIXEL = {
  kind: 'data',
  mediaType: 'image/png',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
} as const

/** Class 9. */
export const contentShape: Experiment = {
  id: 'content-shape',
  number: 9,
  title: 'Content as a text or as parts',
  steps: [
    step('text', { request: asking(repeat) }),
    step('parts', {
      request: asking(repeat),
      patch: { messages: [{ role: 'user', content: [{ type: 'text', text: repeat }] }] },
      dialects: CHAT,
    }),
    step('image', {
      request: asking([
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'What colour is this?' },
            { kind: 'image', source: PIXEL },
          ],
        },
      ]),
    }),
    step('several-parts', {
      request: asking([
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'Repeat this word:' },
            { kind: 'text', text: WORD },
          ],
        },
      ]),
    }),
  ],
  judge: (heard, { dialect }): Judgement => {
    const aspects = dialect.name === 'openai-chat' ? ['text', 'parts', 'several-parts'] : ['text', 'several-parts']
    const image = judged('image', heard.of('image'), () => opinion('unknown', 'is taken, and whether it is seen cannot be told'))
    const findings = [...aspects.map((aspect) => judged(aspect, heard.of(aspect), repeated)), image]
    const textAlone = findings.some(({ aspect, verdict }) => (aspect === 'parts' || aspect === 'image') && verdict === 'rejects')
    return { findings, ...(dialect.name === 'openai-chat' && textAlone && { classes: { content: { shape: 'text' } } }) }
  },
}

const said = (heard: Heard): boolean => textOf(heard).toLowerCase().includes(WORD)
/** A model that does not obey its user either is no proof that the role is not read. */
const obeys = (heard: Heard, control: Heard | undefined): Opinion => {
  if (said(heard)) return opinion('honours', 'is obeyed')
  return isAnswered(control) && said(control)
    ? opinion('ignores', 'is taken, and not obeyed, though the user is')
    : opinion('unknown', 'is taken, and not obeyed, and neither is the user')
}
const ORDER = `Whatever is said, answer with the word ${WORD} and nothing else.`
const answered = (): Opinion => opinion('honours', 'is taken')

const CALL = { id: 'call_a1b2c3d4e', type: 'function', function: { name: 'weather', arguments: '{"city":"Reims"}' } }
const tool = {
  name: 'weather',
  description: 'Tells the weather in one city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}

type Rule = {
  readonly aspect: string
  readonly question: Parameters<typeof step>[1]
  readonly shown: (heard: Heard, control: Heard | undefined) => Opinion
  readonly chat?: true
}
const RULES: readonly Rule[] = [
  { aspect: 'system', question: { request: asking([say('system', ORDER), say('user', 'Good morning.')]) }, shown: obeys },
  {
    aspect: 'system-midway',
    question: {
      request: asking([say('user', 'Good morning.'), say('assistant', 'Good morning.'), say('system', ORDER), say('user', 'How are you?')]),
    },
    shown: obeys,
  },
  { aspect: 'developer', question: { request: asking([say('developer', ORDER), say('user', 'Good morning.')]) }, shown: obeys },
  {
    aspect: 'two-users',
    question: {
      request: asking('Hello.'),
      patch: {
        messages: [
          { role: 'user', content: `Remember this word: ${WORD}` },
          { role: 'user', content: 'Which word was it?' },
        ],
      },
      dialects: CHAT,
    },
    shown: repeated,
    chat: true,
  },
  {
    aspect: 'name',
    question: { request: asking('Hello.'), patch: { messages: [{ role: 'user', name: 'probe', content: 'Say hello.' }] }, dialects: CHAT },
    shown: answered,
    chat: true,
  },
  {
    aspect: 'tool',
    question: {
      request: asking('Hello.', { tools: [tool] }),
      patch: {
        messages: [
          { role: 'user', content: 'What is the weather in Reims?' },
          { role: 'assistant', content: null, tool_calls: [CALL] },
          { role: 'tool', tool_call_id: CALL.id, content: 'Sunny, 21 degrees.' },
        ],
      },
      dialects: CHAT,
    },
    shown: answered,
    chat: true,
  },
  {
    aspect: 'no-user',
    question: { request: asking('Hello.'), patch: { messages: [{ role: 'system', content: 'Say hello.' }] }, dialects: CHAT },
    shown: answered,
    chat: true,
  },
  {
    aspect: 'last-assistant',
    question: {
      request: asking('Hello.'),
      patch: {
        messages: [
          { role: 'user', content: 'Count from 1 to 9.' },
          { role: 'assistant', content: '1 2 3' },
        ],
      },
      dialects: CHAT,
    },
    shown: (heard) =>
      /^\s*4/.test(textOf(heard)) ? opinion('honours', 'is continued') : opinion('unknown', 'is taken, and not continued'),
    chat: true,
  },
]

/** Class 10. */
export const roles: Experiment = {
  id: 'roles',
  number: 10,
  title: 'Who may speak, and after whom',
  steps: [step('control', { request: asking(`${ORDER} Good morning.`) }), ...RULES.map(({ aspect, question }) => step(aspect, question))],
  judge: (heard, { dialect }): Judgement => {
    const chat = dialect.name === 'openai-chat'
    const rules = RULES.filter((rule) => chat || rule.chat !== true)
    const findings = rules.map(({ aspect, shown }) =>
      judged(aspect, aspect === 'tool' ? answeredTool(heard) : heard.of(aspect), (answer) => shown(answer, heard.of('control'))),
    )
    return { findings, classes: chat ? roleClasses(findings) : {} }
  },
}

/** An endpoint that wants its reasoning back refuses a tool's result without it; that is class 8, and the role may be fine. */
const answeredTool = (heard: Hearing): Heard | undefined => {
  const [own, withReasoning] = [heard.of('tool'), heard.of('with', 'reasoning-output')]
  return isRefused(own) && isAnswered(withReasoning) ? withReasoning : own
}

/** INVARIANT(G4): that a thing is taken lifts no restriction; only what was seen to be read does, and what is refused makes one. */
const roleClasses = (findings: readonly Finding[]): { readonly [name: string]: JsonObject } => {
  const verdict = (aspect: string) => findings.find((finding) => finding.aspect === aspect)?.verdict ?? 'unknown'
  const known: [string, boolean | string][] = []
  const rule = (name: string, aspect: string, rejected: boolean | string, otherwise?: boolean | string) => {
    if (verdict(aspect) === 'rejects') known.push([name, rejected])
    else if (verdict(aspect) === 'honours' && otherwise !== undefined) known.push([name, otherwise])
  }
  if (verdict('system') === 'rejects') known.push(['system', 'none'])
  else rule('system', 'system-midway', 'first', 'anywhere')
  rule('developer', 'developer', false, true)
  rule('tool', 'tool', false, true)
  rule('names', 'name', false)
  rule('alternate', 'two-users', true, false)
  rule('needsUser', 'no-user', true, false)
  return known.length === 0 ? {} : { roles: Object.fromEntries(known) }
}
