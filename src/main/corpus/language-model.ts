// `allod corpus language-model`: trains a model of the owner's own languages and texts, says how well it does, and what it knows.
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { train } from '../../corpus/language/calibrate.ts'
import { evaluate, mistakes, type Sample } from '../../corpus/language/evaluate.ts'
import { gatherLessons, linesOf, type Reference } from '../../corpus/language/lessons.ts'
import { decodeModel, encodeModel, type LanguageModel } from '../../corpus/language/model.ts'
import { shippedModel } from '../../corpus/language.ts'
import { digestOf } from '../../corpus/sections.ts'
import { MOST_REFERENCE_BYTES, readDeclarations, readReference } from '../../store/corpus-texts.ts'
import { codeOf, replaceFile } from '../../store/durable.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from '../command.ts'
import { corpusFolder, DATA_OPTION } from './ground.ts'

export const languageModel: Command = {
  name: 'corpus language-model',
  summary: 'Train, test and list the model that tells languages apart.',
  usage: [
    'corpus language-model train [--languages LIST] [--texts DIR] [--out FILE]',
    'corpus language-model evaluate <samples.jsonl> [--model FILE]',
    'corpus language-model list [--model FILE]',
  ],
  options: {
    languages: { value: 'LIST', text: 'those the model is for, BCP 47, with commas (default: 36 that ship)' },
    texts: { value: 'DIR', text: 'your reference texts: `<language>.txt`, or folders `<language>/`' },
    out: { value: 'FILE', text: 'where the model is written (default: DATA/corpus/language.model)' },
    model: { value: 'FILE', text: 'a model to test or list (default: the one that ships)' },
    ...DATA_OPTION,
  },
  examples: [
    'corpus language-model train --languages et,fi,sv,en --texts reference',
    'corpus language-model evaluate samples.jsonl --json',
  ],
  run: async (given, terminal) => {
    const [action, file] = given.positionals
    if (action === 'train') return trainModel(given, terminal)
    if (action === 'evaluate' && file !== undefined) return evaluateModel(file, given, terminal)
    if (action === 'list') return listModel(given, terminal)
    throw new UsageFailure('say what to do: `train`, `evaluate <samples.jsonl>` or `list`')
  },
}

const refused = (terminal: Terminal, { message }: { readonly message: string }): ExitCode => {
  terminal.error(`allod corpus language-model: ${message}`)
  return EXIT.usage
}

const trainModel = async (given: Given, terminal: Terminal): Promise<ExitCode> => {
  const folder = given.text('texts')
  const reference: Result<Reference, CorpusFailure> = folder === undefined ? ok(new Map()) : readReference(folder)
  if (!reference.ok) return refused(terminal, reference.error)
  const languages = given.text('languages')?.split(',') ?? null
  const lessons = gatherLessons({ languages, declarations: readDeclarations(), reference: reference.value })
  if (!lessons.ok) return refused(terminal, lessons.error)
  const model = train(lessons.value)
  const bytes = encodeModel(model)
  const out = given.text('out') ?? join(corpusFolder(given), 'language.model')
  try {
    mkdirSync(dirname(out), { recursive: true })
    await replaceFile(out, bytes, dirname(out))
  } catch (thrown) {
    throw new UsageFailure(`cannot write \`${out}\`: ${codeOf(thrown)}`)
  }
  const own = [...reference.value].map(([language, texts]) => {
    const read = texts.reduce((sum, { length }) => sum + length, 0)
    return `${language} ${read}${read < MOST_REFERENCE_BYTES ? '' : ', and no more of it'}`
  })
  if (own.length > 0) terminal.out(`read of your texts, in bytes: ${own.join('; ')}`)
  terminal.out(`${model.head.languages.length} languages, ${bytes.length} bytes, SHA-256 ${digestOf(bytes)}`)
  terminal.out(`written to ${out}; name it in corpus.yaml as \`languageModel: ${out}\``)
  return EXIT.ok
}

const chosenModel = (given: Given): Result<LanguageModel, CorpusFailure> => {
  const file = given.text('model')
  if (file === undefined) return decodeModel(shippedModel().bytes, 'the language model that ships')
  try {
    return decodeModel(new Uint8Array(readFileSync(file)), file)
  } catch {
    throw new UsageFailure(`there is no model \`${file}\` that can be read`)
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const MOST_TAKEN = 4

const evaluateModel = (file: string, given: Given, terminal: Terminal): ExitCode => {
  const model = chosenModel(given)
  if (!model.ok) return refused(terminal, model.error)
  const result = evaluate(model.value, samplesIn(file))
  if (given.flag('json')) terminal.out(JSON.stringify(result))
  else {
    terminal.out(`${result.samples} samples, ${percent(result.macro)} right on average of the languages`)
    if (!Number.isNaN(result.rejected)) terminal.out(`${percent(result.rejected)} of those in unknown languages rejected`)
    for (const { language, right, taken } of mistakes(result)) {
      const what = taken.slice(0, MOST_TAKEN).map(([other, count]) => `${other} ${count}`)
      terminal.out(`  ${language.padEnd(4)} ${percent(right).padStart(7)}  taken for ${what.join(', ')}`)
    }
  }
  return EXIT.ok
}

/** Lines of JSON with `lang` and `text`. */
function* samplesIn(file: string): Generator<Sample> {
  let lines: readonly Uint8Array[]
  try {
    lines = linesOf(new Uint8Array(readFileSync(file)))
  } catch {
    throw new UsageFailure(`\`${file}\` cannot be read`)
  }
  for (const [index, line] of lines.entries()) {
    const read = parseJson(new TextDecoder().decode(line))
    const sample = read.ok ? (read.value as { readonly lang?: unknown; readonly text?: unknown } | null) : null
    if (typeof sample?.lang !== 'string' || typeof sample.text !== 'string')
      throw new UsageFailure(`line ${index + 1} of \`${file}\` is not \`{"lang": …, "text": …}\``)
    yield { language: sample.lang, text: new TextEncoder().encode(sample.text) }
  }
}

const listModel = (given: Given, terminal: Terminal): ExitCode => {
  const model = chosenModel(given)
  if (!model.ok) return refused(terminal, model.error)
  const { languages } = model.value.head
  if (given.flag('json')) terminal.out(JSON.stringify(languages))
  else
    for (const { language, home, threshold, fit, bytes } of languages)
      terminal.out(
        `${language.padEnd(4)} ${home ? 'home  ' : 'known '} threshold ${threshold.toFixed(2)}  fit ${fit.toFixed(2)}  ${bytes} bytes`,
      )
  return EXIT.ok
}
