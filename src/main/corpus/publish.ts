import { mayText } from '../../corpus/law/text.ts'
import { manifestDigest } from '../../corpus/publish/assemble.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from '../command.ts'
import { EXCHANGE_OPTIONS, performInAny } from '../owner.ts'
import { corpusGround } from './corpus-law.ts'
import { corpusFolder } from './ground.ts'
import { amount, size } from './progress.ts'
import { type Published, publishDataSet } from './publication.ts'
import { failed } from './run.ts'

/** `allod corpus publish`: a version of a data set, signed and recorded. Exit code 1 where its law does not allow it. */
export const publish: Command = {
  name: 'corpus publish',
  summary:
    'Publishes a data set from what the last run left: Parquet, a signed manifest, card, Croissant and the summaries the law asks for.',
  usage: ['corpus publish <data set>'],
  options: {
    on: { value: 'DATE', text: 'the day to publish on, by which consent is judged (default: today)' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['corpus publish laws'],
  async run(given, terminal) {
    const [name, ...more] = given.positionals
    if (name === undefined || more.length > 0) throw new UsageFailure('give one data set that corpus.yaml declares')
    const ground = corpusGround(given, terminal)
    if (ground === undefined) return EXIT.usage
    const published = await publishDataSet({
      corpus: corpusFolder(given),
      name,
      ground,
      operate: (operation, input) => performInAny(operation, input, given, terminal),
    })
    return published.ok ? show(name, published.value, given, terminal) : failed(published.error, terminal)
  },
}

const show = (name: string, published: Published, given: Given, terminal: Terminal): ExitCode => {
  if (published.kind === 'refused') {
    const isEmpty = published.answers.every(({ documents }) => documents === 0)
    const why = isEmpty ? 'no document stays in it that may be used so' : 'the law of the whole does not allow what it is for'
    terminal.error(`allod corpus publish: \`${name}\` was not published: ${why}`)
    for (const [because, documents] of published.leftOut) terminal.error(`  ${amount(documents)} left out: ${because}`)
    for (const answer of published.answers) if (answer.verdict !== 'yes') terminal.error(mayText(name, answer).join('\n'))
    return EXIT.no
  }
  const { dataSet, kind } = published
  const { manifest, folder } = dataSet
  if (given.flag('json')) {
    const record = published.kind === 'published' && { record: published.record }
    terminal.out(JSON.stringify({ kind, name, version: manifest.version, folder, manifest: manifestDigest(manifest), ...record }))
    return EXIT.ok
  }
  const { count, bytes, tokens } = manifest.documents
  const left = manifest.leftOut.reduce((sum, { documents }) => sum + documents, 0)
  terminal.out(
    [
      kind === 'unchanged'
        ? `${name} ${manifest.version} says all of it already; nothing was published`
        : paint(terminal, 'green', `published ${name} ${manifest.version}`),
      `  ${amount(count)} documents, ${size(bytes)} of text, about ${amount(tokens)} tokens; ${amount(left)} left out`,
      `  under   ${manifest.law.under[0] ?? 'each document’s own licence'}`,
      `  root    ${manifest.documents.root}`,
      ...(published.kind === 'published' ? [`  record  ${published.record} of the log`] : []),
      `  in      ${folder}`,
    ].join('\n'),
  )
  return EXIT.ok
}
