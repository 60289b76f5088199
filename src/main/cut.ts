import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { showDecided } from './approve.ts'
import { type Command, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { objectsIn, textsIn } from './members.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'
import { PERSON_OPTIONS, personInput } from './persons.ts'

/** `allod cut`: stops what a country, a company, an endpoint or a model answers, at once. */
export const cut: Command = {
  name: 'cut',
  summary: 'Cuts off a country, an entity, an endpoint or a model at once, and lists what is cut.',
  usage: ['cut <country | entity | endpoint[/model] | model> [options]', 'cut list'],
  options: {
    for: { value: 'LENGTH', text: 'how long, such as 30m, 2h or 7d (default: until it is restored)' },
    reason: { value: 'TEXT', text: 'why; it stands in the record and in alerts' },
    abort: { text: 'end calls that are running there too' },
    finish: { text: 'let calls that are running there finish' },
    'freeze-keys': { value: 'TENANT/APP', text: 'refuse the calls of this application meanwhile; may stand several times', multiple: true },
    ...PERSON_OPTIONS,
    'dry-run': { text: 'show what it would take out and which aliases would still answer, and do nothing' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['cut US --dry-run', 'cut entity:openai-group-pbc --for 2h --reason "export order"', 'cut frontier/gpt-5 --abort', 'cut list'],
  async run(given, terminal) {
    const [subject, ...more] = given.positionals
    if (subject === undefined || more.length > 0) throw new UsageFailure('name one country, entity, endpoint or model, or say `list`')
    if (subject === 'list') return operate('cut/list', {}, { given, terminal, show: (value) => showList(value, terminal) })
    if (given.flag('abort') && given.flag('finish')) throw new UsageFailure('say --abort or --finish, not both')
    const dryRun = given.flag('dry-run')
    const show = (value: Json) =>
      showDecided(value, terminal, (done) => isJsonObject(done) && (dryRun ? showPreview(done, terminal) : showCut(done, terminal)))
    return operate('cut', { ...orderOf(subject, given, dryRun), ...personInput(given, terminal) }, { given, terminal, show })
  },
}

/** `allod restore`: ends a cut. */
export const restore: Command = {
  name: 'restore',
  summary: 'Ends a cut. Other cuts that cover the same endpoints stay.',
  usage: ['restore <what was cut> [options]'],
  options: { reason: { value: 'TEXT', text: 'why; it stands in the record' }, ...PERSON_OPTIONS, ...EXCHANGE_OPTIONS },
  examples: ['restore US', 'restore endpoint:frontier --reason "the vendor explained itself"'],
  async run(given, terminal) {
    const [subject, ...more] = given.positionals
    if (subject === undefined || more.length > 0) throw new UsageFailure('name what was cut; `allod cut list` shows it')
    const reason = given.text('reason')
    const input = { subject, ...(reason === undefined ? {} : { reason }), ...personInput(given, terminal) }
    const show = (value: Json) =>
      showDecided(value, terminal, (done) => isJsonObject(done) && terminal.out(`restored ${String(done.subject)}`))
    return operate('restore', input, { given, terminal, show })
  },
}

const orderOf = (subject: string, given: Given, dryRun: boolean): JsonObject => {
  const [length, reason] = [given.text('for'), given.text('reason')]
  const running = given.flag('abort') ? 'abort' : given.flag('finish') ? 'finish' : undefined
  return {
    subject,
    freezes: [...given.texts('freeze-keys')],
    ...(length === undefined ? {} : { for: length }),
    ...(reason === undefined ? {} : { reason }),
    ...(running === undefined ? {} : { running }),
    ...(dryRun ? { dryRun } : {}),
  }
}

/** One cut on one line: what, until when, why, and by whom. */
export const cutLine = (cut: JsonObject): string => {
  const until = typeof cut.until === 'string' ? `until ${cut.until}` : 'until it is restored'
  const lifted = cut.inForce === false ? `, lifted until ${String(cut.liftedUntil)}` : ''
  const frozen = textsIn(cut.freezes)
  const more = [
    ...(frozen.length > 0 ? [`keys of ${frozen.join(', ')} frozen`] : []),
    ...(cut.running === 'abort' ? ['running calls ended'] : []),
    ...(cut.recorded === false ? ['not on record yet'] : []),
  ]
  const why = cut.reason === '' ? '' : `: ${String(cut.reason)}`
  return `${String(cut.subject)}  ${until}${lifted}${more.map((one) => `, ${one}`).join('')}  by ${textsIn(cut.by).join(' and ')}${why}`
}

const showCut = (cut: JsonObject, terminal: Terminal): void => terminal.out(`cut ${cutLine(cut)}`)

const showList = (value: Json, terminal: Terminal): void => {
  const cuts = objectsIn(value)
  for (const cut of cuts) terminal.out(cutLine(cut))
  if (cuts.length === 0) terminal.out('nothing is cut')
}

const showPreview = (preview: JsonObject, terminal: Terminal): void => {
  const row = (label: string, given: readonly string[]) =>
    terminal.out(`${paint(terminal, 'dim', label.padEnd(11))} ${given.length === 0 ? 'nothing' : given.join(', ')}`)
  row('takes out', textsIn(preview.takesOut))
  if (textsIn(preview.unsure).length > 0)
    row('perhaps too', [`${textsIn(preview.unsure).join(', ')} (nobody knows who can stop these; \`allod cut unknown\` cuts them)`])
  if (textsIn(preview.freezes).length > 0) row('freezes', textsIn(preview.freezes))
  for (const alias of objectsIn(preview.aliases)) {
    const [questions, lost] = [Number(alias.questions), Number(alias.lost)]
    const state =
      questions === 0
        ? paint(terminal, 'dim', 'answers nobody now either')
        : lost === 0
          ? paint(terminal, 'green', `survives on ${textsIn(alias.left).join(', ')}`)
          : lost === questions
            ? paint(terminal, 'red', 'answers nobody any more')
            : paint(
                terminal,
                'yellow',
                `answers ${questions - lost} of ${questions} kinds of question, on ${textsIn(alias.left).join(', ')}`,
              )
    terminal.out(`${paint(terminal, 'dim', 'alias'.padEnd(11))} ${String(alias.alias)}: ${state}`)
    for (const silent of lost < questions ? textsIn(alias.silent) : []) terminal.out(`${' '.repeat(14)}not ${silent}`)
  }
}
