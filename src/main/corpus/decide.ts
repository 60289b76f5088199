import { join } from 'node:path'
import { dayOf, type EpochMillis } from '../../core/units.ts'
import { type Decision, decide as decideIn, type Register } from '../../corpus/erasure/decisions.ts'
import { DECISIONS } from '../../corpus/erasure/report.ts'
import { takeLock } from '../../store/lock.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from '../command.ts'
import { EXCHANGE_OPTIONS, EXIT_OF, performInAny } from '../owner.ts'
import { keepDecisions, readDecisions } from './decisions.ts'
import { corpusFolder } from './ground.ts'
import { failed } from './run.ts'

const CHOICES = DECISIONS.filter((each) => each !== 'pending')

/** `allod corpus decide`: what becomes of a model that learnt from what was erased. Without a model: what stands out; exit code 1 where something does. */
export const decide: Command = {
  name: 'corpus decide',
  summary: 'Lists the models that learnt from what was erased, by when an answer is due, and records what is decided about one.',
  usage: ['corpus decide', `corpus decide <model/checkpoint> "${CHOICES.join(' | ')}" --grounds TEXT`],
  options: { grounds: { value: 'TEXT', text: 'why, and by whom' }, ...EXCHANGE_OPTIONS },
  examples: ['corpus decide speech/step-1000 "output filter" --grounds "one page of 40,000; filtered until the next training, A. Kask"'],
  async run(given, terminal) {
    const [named, wanted, ...more] = given.positionals
    const corpus = corpusFolder(given)
    if (named === undefined) {
      const register = readDecisions(corpus)
      return register.ok ? list(register.value, given, terminal) : failed(register.error, terminal)
    }
    const decision = CHOICES.find((each) => each === wanted)
    const grounds = given.text('grounds')?.trim() ?? ''
    if (decision === undefined || more.length > 0)
      throw new UsageFailure(`give the model and one of ${CHOICES.map((each) => `\`${each}\``).join(', ')}`)
    if (grounds === '') throw new UsageFailure('say why with --grounds; whoever asks later must be able to follow it')
    const lock = takeLock(join(corpus, 'lock'), 'the corpus')
    if (!lock.ok) return failed(lock.error, terminal)
    try {
      return await settle(corpus, { named, decision, grounds }, { given, terminal })
    } finally {
      lock.value.close()
    }
  },
}

type Settling = { readonly named: string; readonly decision: Decision; readonly grounds: string }

/** The record first, as with all that must be accounted for. */
const settle = async (
  corpus: string,
  { named, decision, grounds }: Settling,
  { given, terminal }: { readonly given: Given; readonly terminal: Terminal },
): Promise<ExitCode> => {
  const [model = '', run = ''] = named.split('/')
  const register = readDecisions(corpus)
  const decided = register.ok ? decideIn(register.value, { model, run, decision, grounds }, dayOf(Date.now() as EpochMillis)) : register
  if (!decided.ok) return failed(decided.error, terminal)
  const recorded = await performInAny('corpus/decide', { model, run, decision, reports: [...decided.value.reports] }, given, terminal)
  if (recorded?.ok !== true) {
    if (recorded?.ok === false) terminal.error(`allod corpus decide: ${recorded.error.message}`)
    return recorded === undefined ? EXIT.usage : EXIT_OF[recorded.error.kind]
  }
  const kept = keepDecisions(corpus, decided.value.register)
  if (!kept.ok) return failed(kept.error, terminal)
  terminal.out(given.flag('json') ? JSON.stringify({ model, run, decision, record: recorded.value }) : `${named}: ${decision}, on record`)
  return EXIT.ok
}

const list = (register: Register, given: Given, terminal: Terminal): ExitCode => {
  const open = register.filter(({ decided }) => decided === null)
  if (given.flag('json')) terminal.out(JSON.stringify(register))
  else if (register.length === 0) terminal.out('no model is known that learnt from what was erased')
  else
    for (const { model, run, dataSet, decision, due, decided, grounds } of register)
      terminal.out(
        decided === null
          ? paint(terminal, 'yellow', `${model}/${run}  open, answer due by ${due}  (${dataSet})`)
          : `${model}/${run}  ${decision} on ${decided}: ${grounds}  (${dataSet})`,
      )
  return open.length > 0 ? EXIT.no : EXIT.ok
}
