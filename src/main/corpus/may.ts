import { canonicalJson, type Json } from '../../core/json.ts'
import type { Group, Named } from '../../corpus/law/inherit.ts'
import { type Answer, may as ask, Gathering } from '../../corpus/law/may.ts'
import { mayText } from '../../corpus/law/text.ts'
import type { Pack } from '../../corpus/pack.ts'
import { isAltering } from '../../corpus/publish/replace.ts'
import { USES, type Use } from '../../corpus/terms.ts'
import { type Command, EXIT, type Given, paint, UsageFailure } from '../command.ts'
import { EXCHANGE_OPTIONS } from '../owner.ts'
import { findCheckpoint } from './checkpoints.ts'
import { corpusGround, placeGiven } from './corpus-law.ts'
import { dataSetNamed, findDataSet } from './data-sets.ts'
import { corpusFolder } from './ground.ts'
import { ALL, gather, lastRun, type Wanted } from './harvest.ts'

/** `allod corpus may`: what the documents of a data set, or those that a model learnt from, allow. Exit code 0: yes, 1: no, or unknown. */
export const may: Command = {
  name: 'corpus may',
  summary:
    'Whether the terms of all documents of a data set or model allow a use: yes, no or unknown, with those that decide. Exit code 0 only for yes.',
  usage: ['corpus may <data set|data set@version|corpus|model/checkpoint> <train|publish|export|send> [where]'],
  options: {
    commercial: { text: 'for commercial advantage or payment' },
    on: { value: 'DATE', text: 'the day to answer for (default: today)' },
    run: { text: 'of what the last run left, before anything is left out, even where the data set is published' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['corpus may laws publish', 'corpus may laws train US', 'corpus may laws@1.0.0 export --commercial'],
  async run(given, terminal) {
    const [name, use, where, ...more] = given.positionals
    if (name === undefined || more.length > 0 || !isUse(use)) throw new UsageFailure(`give a data set and a use: ${USES.join(', ')}`)
    if (use === 'publish' && where !== undefined) throw new UsageFailure('what is published is everywhere; leave out the place')
    const ground = corpusGround(given, terminal)
    if (ground === undefined) return EXIT.usage
    const subject = subjectOf(name, given)
    if (subject.groups.length === 0) throw new UsageFailure(`\`${name}\` has no documents to ask about`)
    const question = { use, place: placeGiven(where), commercial: given.flag('commercial'), altered: subject.altered, day: ground.day }
    const answer = ask(subject.groups, question, ground.law)
    if (given.flag('json')) terminal.out(answerJson(subject.name, answer))
    else {
      const [head = '', ...lines] = mayText(subject.name, answer)
      terminal.out([paint(terminal, COLOURS[answer.verdict], head), ...lines].join('\n'))
    }
    return answer.verdict === 'yes' ? EXIT.ok : EXIT.no
  },
}
const COLOURS = { yes: 'green', unknown: 'yellow', no: 'red' } as const

const isUse = (text: string | undefined): text is Use => USES.some((use) => use === text)

/** One line of canonical JSON: a second question has the same answer, byte for byte. */
export const answerJson = (name: string, answer: Answer): string => canonicalJson({ about: name, ...answer } as unknown as Json)

/** What is asked about: the documents by their terms, and whether their texts were altered. */
type Subject = { readonly name: string; readonly groups: readonly Group[]; readonly altered: boolean }

const subjectOf = (named: string, given: Given): Subject => {
  const corpus = corpusFolder(given)
  const published = given.flag('run') ? undefined : findDataSet(corpus, named)
  if (published !== undefined) return publishedSubject(published.manifest)
  const checkpoint = findCheckpoint(corpus, named)
  if (checkpoint !== undefined) {
    const parts = [...new Set(checkpoint.consumed.map(({ dataSet }) => dataSet))].map((each) =>
      publishedSubject(dataSetNamed(corpus, each).manifest),
    )
    return { name: named, groups: parts.flatMap(({ groups }) => groups), altered: parts.some(({ altered }) => altered) }
  }
  return runSubject(named, corpus)
}

/** What a version says of itself. */
export const publishedSubject = ({ name, version, terms, personalData }: ReturnType<typeof dataSetNamed>['manifest']): Subject => ({
  name: `${name}@${version}`,
  groups: terms,
  altered: personalData.mode !== 'none' && isAltering({ mode: personalData.mode, modes: personalData.modes }),
})

/** What the last run left of a declared data set, or of the whole corpus. */
const runSubject = (named: string, corpus: string): Subject => {
  const run = lastRun(corpus)
  const { corpus: whole, dataSets, personalData, pipeline } = run.document.declaration
  const wanted: Wanted | undefined = named === whole ? ALL : dataSets[named]
  if (wanted === undefined)
    throw new UsageFailure(
      `there is no data set \`${named}\`; there is ${[...Object.keys(dataSets), `${whole} (the whole corpus)`].join(', ')}`,
    )
  const gathering = new Gathering()
  for (const found of gather(run, wanted).harvest()) {
    if (!found.ok) throw new UsageFailure(found.error.message)
    const { pack, keeps } = found.value
    for (let index = 0; index < pack.count; index++)
      if (keeps(index)) gathering.add(pack.termsAt(index), pack.idOf(index), () => nameOf(pack, index))
  }
  return { name: named, groups: gathering.all(), altered: pipeline.includes('personal-data') && isAltering(personalData) }
}

const nameOf = (pack: Pack, index: number): Omit<Named, 'id'> => {
  const { source, file, name } = pack.originOf(index)
  return { source, file, name }
}
