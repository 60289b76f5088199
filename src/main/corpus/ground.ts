// Where a corpus lies and what is declared of it, for every command of `allod corpus`.
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { ok, type Result } from '../../core/result.ts'
import type { CorpusStorage } from '../../corpus/ports.ts'
import { type CorpusDeclaration, corpusDeclaration, declarationProblems } from '../../corpus/run/declaration.ts'
import type { RunShelf } from '../../corpus/run/ports.ts'
import { decodeSections, fileOf, parseDigest } from '../../corpus/sections.ts'
import { createRunShelf } from '../../store/corpus-runs.ts'
import { createCorpusStorage } from '../../store/corpus-storage.ts'
import { type Given, type OptionHelp, type Terminal, UsageFailure } from '../command.ts'
import { dataPaths } from '../paths.ts'
import { type ConfigurationFailure, parseYaml, readYamlText } from '../yaml-file.ts'
import { readsOf } from './blocks.ts'

/** An option of every command that looks into a corpus, and of those that need its declaration too. */
export const DATA_OPTION: Readonly<Record<string, OptionHelp>> = { data: { value: 'DIR', text: 'data directory (default: ./allod-data)' } }
export const CORPUS_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  corpus: { value: 'FILE', text: 'declaration (default: ./corpus.yaml)' },
  ...DATA_OPTION,
}

export type DeclaredCorpus = {
  readonly declaration: CorpusDeclaration
  readonly file: string
  /** What the paths of the declaration start from. */
  readonly folder: string
}

export const corpusFolder = (given: Given): string => join(dataPaths(given.text('data') ?? 'allod-data').root, 'corpus')

/** Reads and checks a `corpus.yaml`, whole or not at all. */
export const loadDeclaration = (file: string): Result<DeclaredCorpus, ConfigurationFailure> => {
  const path = resolve(file)
  const text = readYamlText(path, file)
  if (!text.ok) return text
  const parsed = parseDeclaration(text.value, file)
  return parsed.ok ? ok({ declaration: parsed.value, file: path, folder: dirname(path) }) : parsed
}

/** Parses the text of a `corpus.yaml`; `file` is only for the messages. */
export const parseDeclaration = (text: string, file: string): Result<CorpusDeclaration, ConfigurationFailure> =>
  parseYaml(text, file, { schema: corpusDeclaration, checks: (declaration) => declarationProblems(declaration, readsOf) })

/** The declaration that was named; undefined where it was said already what is wrong with it. */
export const declaredGiven = (given: Given, terminal: Terminal): DeclaredCorpus | undefined => {
  const file = given.text('corpus') ?? 'corpus.yaml'
  if (given.text('corpus') === undefined && !existsSync(file))
    throw new UsageFailure('there is no `corpus.yaml` here; write one with `allod corpus init`, or name yours with --corpus')
  const loaded = loadDeclaration(file)
  if (loaded.ok) return loaded.value
  for (const message of loaded.error.messages) terminal.error(message)
  return undefined
}

/** No other writer on any machine is called so. */
const writerName = (): string => `${hostname().replace(/[^A-Za-z0-9-]/g, '-')}-${process.pid}-${threadId}`

export const openStorage = (folder: string): CorpusStorage =>
  createCorpusStorage({ folder, format: { fileOf, decode: decodeSections, parseDigest }, writer: writerName() })
export const openRuns = (folder: string): RunShelf => createRunShelf(folder, writerName())
