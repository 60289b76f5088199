import { buildGraph } from '../facts/graph.ts'
import { ACTIONS, LEGAL_FORMS, PURPOSES } from '../facts/licence/book.ts'
import { may as ask } from '../facts/licence/may.ts'
import { graphMemberships } from '../facts/licence/memberships.ts'
import { readQuestion } from '../facts/licence/question.ts'
import { mayJson, mayText } from '../facts/licence/report.ts'
import { type Command, EXIT, type Given, paint, UsageFailure } from './command.ts'
import { shippedFacts } from './factbook.ts'
import { shippedBook } from './licence-book.ts'
import { readDay } from './who.ts'

/** `allod may`: what the licences of a model and of all its ancestors say. Exit code 0: yes, 1: no, or unknown. */
export const may: Command = {
  name: 'may',
  summary:
    'Whether the licences of a model and its ancestors allow an action: yes, no or unknown, with the deciding clause. Exit code 0 only for yes.',
  usage: [`may <model> <${ACTIONS.join('|')}> --seat COUNTRY --form FORM`],
  options: {
    seat: { value: 'COUNTRY', text: 'where you have your seat, such as FR' },
    form: { value: 'FORM', text: LEGAL_FORMS.join(', ') },
    on: { value: 'DATE', text: 'the day to answer for (default: today)' },
    purpose: { value: 'PURPOSE', text: PURPOSES.join(', ') },
    serves: { value: 'COUNTRY', text: 'a country the service, its outputs or copies go to; may stand several times', multiple: true },
    users: { value: 'N', text: 'users a month, now' },
    'users-at-release': { value: 'N', text: 'users a month before the model’s release' },
    since: { value: 'DATE', text: 'when your service began' },
    revenue: { value: 'USD', text: 'of the last twelve months, with affiliates' },
    'output-tokens': { value: 'N', text: 'a month' },
    'end-user': { text: 'you only use a product in which somebody else put the model' },
    agreement: { value: 'LICENCE', text: 'you hold a separate agreement under this licence; may stand several times', multiple: true },
  },
  examples: ['may meta-llama/Llama-4-Scout-17B-16E-Instruct serve-public --seat FR --form public-body'],
  async run(given, terminal) {
    const [model, action, ...more] = given.positionals
    if (model === undefined || action === undefined || more.length > 0)
      throw new UsageFailure(`give a model and an action: ${ACTIONS.join(', ')}`)
    const question = readQuestion({
      model,
      action,
      seat: required(given, 'seat'),
      form: required(given, 'form'),
      day: readDay(given.text('on')),
      ...optional(given),
    })
    if (!question.ok) throw new UsageFailure(question.error.message)
    const book = shippedBook()
    const facts = shippedFacts()
    if (!book.ok) throw new UsageFailure(book.error.message)
    if (!facts.ok) throw new UsageFailure(facts.error.messages.join('; '))
    const answer = ask(book.value, question.value, graphMemberships(buildGraph(facts.value)))
    if (!answer.ok) throw new UsageFailure(answer.error.message)
    const { verdict } = answer.value
    if (given.flag('json')) terminal.out(mayJson(answer.value))
    else {
      const [head = '', ...lines] = mayText(answer.value)
      terminal.out([paint(terminal, verdict === 'yes' ? 'green' : verdict === 'no' ? 'red' : 'yellow', head), ...lines].join('\n'))
    }
    return verdict === 'yes' ? EXIT.ok : EXIT.no
  },
}

const required = (given: Given, name: string): string => {
  const text = given.text(name)
  if (text === undefined) throw new UsageFailure(`--${name} is missing: licences turn on it`)
  return text
}

/** Command-line names, and what the question calls them. */
const TEXTS = {
  users: 'users',
  'users-at-release': 'usersAtRelease',
  since: 'serviceSince',
  revenue: 'revenue',
  'output-tokens': 'outputTokens',
  purpose: 'purpose',
} as const

const optional = (
  given: Given,
): { readonly [name: string]: string } & {
  readonly serves?: readonly string[]
  readonly agreements?: readonly string[]
  readonly endUser?: boolean
} => {
  const texts = Object.entries(TEXTS).flatMap(([option, name]) => {
    const text = given.text(option)
    return text === undefined ? [] : [[name, text] as const]
  })
  const serves = given.texts('serves')
  const agreements = given.texts('agreement')
  return Object.assign(Object.fromEntries(texts), {
    ...(serves.length > 0 ? { serves } : {}),
    ...(agreements.length > 0 ? { agreements } : {}),
    ...(given.flag('end-user') ? { endUser: true } : {}),
  })
}
