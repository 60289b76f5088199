import { writeFileSync } from 'node:fs'
import { nearest } from '../core/nearest.ts'
import type { Day } from '../core/units.ts'
import { type OwnerAnswers, parseAnswers } from '../facts/assessment/answers.ts'
import { type Assessment, assess } from '../facts/assessment/assess.ts'
import { assessmentJson } from '../facts/assessment/json.ts'
import { levelOf, type Profile } from '../facts/assessment/profile.ts'
import { assessmentText, summaryLines } from '../facts/assessment/text.ts'
import type { Written } from '../facts/assessment/words.ts'
import { findProfile, readText } from './assessment-book.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import { readLaw } from './law.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf } from './owner.ts'
import { areasOf, assessmentGround, drillEvidence } from './report-ground.ts'
import { assessmentPage } from './report-page.ts'
import { readLength, readWindow } from './traffic.ts'
import { readDay, readPicks } from './who.ts'

/** `allod report`: a framework's questions, answered from facts, records and drills; levels and score apart, and what is open named. */
export const report: Command = {
  name: 'report',
  summary:
    'Answers a framework’s questions from facts, records and drills, each with its evidence and age. What nothing answers stays open.',
  usage: ['report csf|c3a|FILE [options]'],
  options: {
    endpoint: { value: 'NAME', text: 'one endpoint, of the configuration or of the fact book, instead of the whole exchange' },
    pick: { value: 'NAME=CODE', text: 'what the customer chose at that endpoint: region=DE, customer=CH', multiple: true },
    answers: { value: 'FILE', text: 'your own answers, shown as declared and never as more' },
    area: { value: 'AREA', text: 'profile: the countries the framework names; home: your own (default: profile)' },
    require: { value: '[OBJECTIVE=]LEVEL', text: 'the level the gate asks for, of one objective or of all', multiple: true },
    window: { value: 'LENGTH', text: 'the log’s traffic to count, up to now, such as 12h or 90d (default: 30d)' },
    on: { value: 'DATE', text: 'the day to ask the facts for, without the log’s traffic (default: today)' },
    html: { value: 'FILE', text: 'write the report as one page that needs nothing else' },
    ...EXCHANGE_OPTIONS,
  },
  examples: [
    'report csf --config examples/hybrid/allod.yaml',
    'report c3a --answers answers.yaml --html c3a.html',
    'report csf --endpoint exoscale-inference --require SOV-5=SEAL-2',
  ],
  async run(given, terminal) {
    const [named, ...more] = given.positionals
    if (named === undefined || more.length > 0) throw new UsageFailure('name one profile: csf, c3a, or a file of your own')
    const profile = usable(findProfile(named))
    const day = readDay(given.text('on'))
    const answers = readAnswers(given.text('answers'), profile, day)
    const minimums = readMinimums(given.texts('require'), profile)
    const endpoint = given.text('endpoint')
    const picks = readPicks(given.texts('pick'))
    if (endpoint === undefined && given.texts('pick').length > 0) throw new UsageFailure('--pick goes with --endpoint')
    const measured = profile.areas === undefined ? 'home' : readArea(given.text('area'))
    const length = readLength(given.text('window') ?? '30d')
    const loaded = loadGiven(given, terminal)
    if (loaded === undefined) return EXIT.usage
    const law = usable(readLaw(loaded, day))
    const areas = areasOf(profile, measured, loaded, law)
    if (!areas.ok) throw new UsageFailure(areas.error)
    // The log is read up to now, which says nothing of another day.
    const window = given.text('on') === undefined ? await readWindow(length, given, terminal) : undefined
    if (typeof window === 'number') return window
    const { drills, complaints } = await drillEvidence(profile, pathsOf(given))
    for (const complaint of complaints) terminal.error(`allod report: ${complaint}`)
    const ground = assessmentGround({
      loaded,
      law,
      drills,
      picks,
      ...(window === undefined ? {} : { window }),
      ...(endpoint === undefined ? {} : { endpoint }),
    })
    if (!ground.ok) throw new UsageFailure(ground.error)
    const assessment = assess(profile, ground.value, { areas: areas.value, minimums, ...(answers === undefined ? {} : { answers }) })
    const written = { exchange: loaded.configuration.exchange.name, measured, home: [...law.context.home].sort() }
    return show(assessment, written, given, terminal)
  },
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly messages: readonly string[] } }

const usable = <T>(read: Read<T>): T => {
  if (read.ok) return read.value
  throw new UsageFailure(read.error.messages.join('\nallod report: '))
}

/** Exit code 0: every level the gate asks for is shown by evidence, or none is asked for. 1: some are not. */
const show = (assessment: Assessment, written: Written, given: Given, terminal: Terminal): ExitCode => {
  const file = given.text('html')
  if (file !== undefined) {
    try {
      writeFileSync(file, assessmentPage(assessment, written))
    } catch (failure) {
      terminal.error(`allod report: cannot write \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unknown'}`)
      return EXIT.unavailable
    }
  }
  if (given.flag('json')) terminal.out(JSON.stringify(assessmentJson(assessment, written), null, 2))
  else
    terminal.out(
      file === undefined ? assessmentText(assessment, written) : [...summaryLines(assessment), '', `Written to ${file}`].join('\n'),
    )
  return assessment.objectives.every(({ gate }) => gate === undefined || gate.verdict === 'shown') ? EXIT.ok : EXIT.no
}

const readAnswers = (file: string | undefined, profile: Profile, day: Day): OwnerAnswers | undefined =>
  file === undefined ? undefined : usable(parseAnswers(usable(readText(file)), file, profile, day))

const readArea = (text: string | undefined): Written['measured'] => {
  if (text === undefined || text === 'profile' || text === 'home') return text ?? 'profile'
  throw new UsageFailure(`\`${text}\` is no area; say profile or home`)
}

const readMinimums = (texts: readonly string[], profile: Profile): ReadonlyMap<string, number> => {
  const minimums = new Map<string, number>()
  const objectives = profile.objectives.map(({ id }) => id)
  for (const text of texts) {
    const [, objective, name = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(text) ?? []
    const level = levelOf(profile, name)
    if (level === undefined)
      throw new UsageFailure(
        unknown(
          'level',
          name,
          profile.levels.map(({ id }) => id),
        ),
      )
    if (objective !== undefined && !objectives.includes(objective)) throw new UsageFailure(unknown('objective', objective, objectives))
    for (const each of objective === undefined ? objectives : [objective]) minimums.set(each, level)
  }
  return minimums
}

const unknown = (kind: string, name: string, known: readonly string[]): string => {
  const close = nearest(name, known)
  return `the profile has no ${kind} \`${name}\`; ${close === undefined ? `it has ${known.join(', ')}` : `did you mean \`${close}\`?`}`
}
