import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { type Day, dayOf, type EpochMillis } from '../../core/units.ts'
import type { Hit } from '../../corpus/erasure/find.ts'
import { dueDay, type ErasureRequest, erasureRequest } from '../../corpus/erasure/request.ts'
import { takeLock } from '../../store/lock.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from '../command.ts'
import { EXCHANGE_OPTIONS, performInAny } from '../owner.ts'
import { type Erased, eraseFound, erasureGround, findErasable, type Ground } from './erasing.ts'
import { corpusFolder, loadDeclaration } from './ground.ts'
import { performRun } from './perform.ts'
import { amount, size } from './progress.ts'
import { failed, threadsFor } from './run.ts'

/** `allod corpus erase`: first without `--yes`, which shows what it would do. Exit code 1 where nothing was found, or something is left. */
export const erase: Command = {
  name: 'corpus erase',
  summary: 'Finds a person or a source in the corpus and in every published version, takes it out, and keeps it from coming back.',
  usage: [
    'corpus erase --identifier TEXT | --name NAME | --document ID | --source NAME [--file PATH] [--record NAME]',
    'corpus erase … --yes',
  ],
  options: {
    identifier: { value: 'TEXT', text: 'a number or address that is this person’s alone, in any grouping', multiple: true },
    name: { value: 'NAME', text: 'a person’s name, given names first; other orders, accents and endings are found too', multiple: true },
    document: { value: 'ID', text: 'a document by its id', multiple: true },
    source: { value: 'NAME', text: 'all that was read from a source' },
    file: { value: 'PATH', text: 'of the source, this file only; `laws/*` for all that begin so' },
    record: { value: 'NAME', text: 'of the source, records of this name only; `ee/1010*` for all that begin so' },
    exact: { text: 'leave near-duplicates of what is found' },
    except: { value: 'ID', text: 'leave this document, which is another person’s', multiple: true },
    received: { value: 'DATE', text: 'the day on which the request came in (default: today); the clock of GDPR Art. 12(3) starts with it' },
    receipts: { value: 'DIR', text: 'where the receipt is written (default: here); it is for whoever asked, and is kept nowhere else' },
    yes: { text: 'erase; without it nothing is touched' },
    corpus: { value: 'FILE', text: 'declaration, by which the corpus is made again without what was erased (default: ./corpus.yaml)' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['corpus erase --name "Mari Tamm" --identifier 48001085718', 'corpus erase --source laws --record "ee/101072022017.md*" --yes'],
  async run(given, terminal) {
    const corpus = corpusFolder(given)
    const today = dayOf(Date.now() as EpochMillis)
    const request = requestGiven(given, today)
    const lock = takeLock(join(corpus, 'lock'), 'the corpus')
    if (!lock.ok) return failed(lock.error, terminal)
    let code: ExitCode
    try {
      const ground = erasureGround(corpus)
      const hits = await findErasable(ground, request, { except: new Set(given.texts('except') as never[]), watch: watching(terminal) })
      if (!hits.ok) return failed(hits.error, terminal)
      const sure = hits.value.filter(({ because }) => because !== 'initials')
      if (!given.flag('yes') || sure.length === 0) return show(ground, request, hits.value, { given, terminal })
      const operate = (name: string, input: Parameters<typeof performInAny>[1]) => performInAny(name, input, given, terminal)
      const erased = await eraseFound(sure, { ground, request, today, operate, receipts: resolve(given.text('receipts') ?? '.') })
      if (!erased.ok) return failed(erased.error, terminal)
      code = tell(erased.value, { given, terminal })
    } finally {
      lock.value.close()
    }
    const remade = await makeAgain(corpus, given, terminal)
    return remade === EXIT.ok ? code : remade
  },
}

const requestGiven = (given: Given, today: Day): ErasureRequest => {
  const [source, file, record] = [given.text('source'), given.text('file'), given.text('record')]
  if (source === undefined && (file ?? record) !== undefined)
    throw new UsageFailure('--file and --record need the --source that they are of')
  const parsed = erasureRequest.safeParse({
    received: given.text('received') ?? today,
    identifiers: given.texts('identifier'),
    names: given.texts('name'),
    documents: given.texts('document'),
    origins: source === undefined ? [] : [{ source, ...(file === undefined ? {} : { file }), ...(record === undefined ? {} : { record }) }],
    near: !given.flag('exact'),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const option = String(issue?.path[0] ?? '').replace(/s$/, '')
  throw new UsageFailure(
    option === ''
      ? `give --identifier, --name, --document or --source: a request ${issue?.message ?? 'is wrong'}`
      : `--${option} ${issue?.message ?? 'is wrong'}`,
  )
}

const watching =
  (terminal: Terminal) =>
  (packs: number, of: number): void => {
    if (terminal.isTerminal && packs === of) terminal.error(`looked through ${amount(of)} packs`)
  }

type Where = { readonly given: Given; readonly terminal: Terminal }

/** What would be erased, and why. */
const show = (ground: Ground, request: ErasureRequest, hits: readonly Hit[], { given, terminal }: Where): ExitCode => {
  const rows = hits.map((hit) => {
    const pack = ground.open(hit.pack)
    const origin = pack.ok ? pack.value.originOf(hit.index) : undefined
    return {
      document: hit.id,
      because: hit.because,
      similarity: hit.similarity,
      mentions: hit.mentions.length,
      source: origin?.source,
      file: origin?.file,
      name: origin?.name,
    }
  })
  if (given.flag('json')) terminal.out(JSON.stringify({ received: request.received, due: dueDay(request.received), found: rows }))
  else if (rows.length === 0) terminal.out('nothing in the corpus fits')
  else {
    for (const { document, because, similarity, source, file, name } of rows)
      terminal.out(
        `${document.slice(0, 12)}  ${because}${because === 'near' ? ` ${similarity.toFixed(2)}` : ''}  ${source}/${file}${name ? ` (${name})` : ''}`,
      )
    terminal.out(
      `${amount(rows.length)} documents; nothing was touched. Erase them with --yes, leave one with --except ID. Documents with initials only stay unless you name them with --document.`,
    )
    terminal.out(`the person must be told what was done by ${dueDay(request.received)} (GDPR Art. 12(3))`)
  }
  return rows.length === 0 ? EXIT.no : EXIT.ok
}

const tell = ({ report, note, record, file }: Erased, { given, terminal }: Where): ExitCode => {
  const { documents, packs, dataSets, models, searched, due } = report
  const left = searched.found.length
  if (given.flag('json')) terminal.out(JSON.stringify({ report, signed: note !== '', ...(record === undefined ? {} : { record }), file }))
  else {
    terminal.out(
      paint(terminal, 'green', `erased ${amount(documents.length)} documents from ${amount(packs.rewritten + packs.removed)} packs`),
    )
    for (const { name, version, outcome, shards } of dataSets)
      terminal.out(`  ${name} ${version}: ${amount(shards.reduce((sum, { rows }) => sum + rows.length, 0))} rows taken out, ${outcome}`)
    for (const { model, run, dataSet } of models)
      terminal.out(
        paint(terminal, 'yellow', `  model ${model}/${run} learnt from ${dataSet}: say what becomes of it with \`allod corpus decide\``),
      )
    terminal.out(
      `  looked through ${amount(searched.files)} files, ${size(searched.bytes)}: ${left === 0 ? 'nothing is left' : `still in ${searched.found.join(', ')}`}`,
    )
    terminal.out(`  receipt ${file}${record === undefined ? '' : `, record ${record} of the log`}; the person must be told by ${due}`)
    if (note === '') terminal.error('no exchange signed the receipt; start one, and erase the next time with --data naming its directory')
    terminal.error('the files that the sources name are yours to clear; what was erased will not be read from them again')
  }
  return left === 0 ? EXIT.ok : EXIT.no
}

/** The corpus without what was erased: duplicates that had given way to it come free. */
const makeAgain = async (corpus: string, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const file = given.text('corpus') ?? 'corpus.yaml'
  if (!existsSync(file)) {
    terminal.error('run `allod corpus run` next: what is left is judged again without what was erased')
    return EXIT.ok
  }
  const declared = loadDeclaration(file)
  if (!declared.ok) {
    for (const message of declared.error.messages) terminal.error(message)
    return EXIT.usage
  }
  const performed = await performRun(declared.value, { corpus, executorFor: threadsFor(availableParallelism()), watch: () => undefined })
  return performed.ok ? EXIT.ok : failed(performed.error, terminal)
}
