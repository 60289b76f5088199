// What a run needs of the outside, beside the corpus' storage.
import type { Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { SourceFile } from '../ports.ts'
import type { ListedFile } from './slices.ts'

/** The sources that a corpus declares, by their names in it. */
export type Sources = {
  /** All files that the declaration chooses, in any order. A source that cannot be listed stops the run: a missing disk is not an empty source. */
  list(source: string): Promise<Result<readonly ListedFile[], CorpusFailure>>
  /** For one reader, who closes it. */
  open(source: string, file: ListedFile): Promise<Result<SourceFile, CorpusFailure>>
}

/** What is kept of a run beside its steps. `run.json`, `result.json` and `dropped.jsonl` are the same bytes for the same run; `events.jsonl` tells times. */
export type RunFile = 'run.json' | 'result.json' | 'dropped.jsonl' | 'events.jsonl'
/** The runs of one corpus, by number from 1. */
export type RunShelf = {
  numbers(): Result<readonly number[], CorpusFailure>
  /** Undefined where it was not written yet. */
  read(run: number, file: RunFile): Result<string | undefined, CorpusFailure>
  /** Whole and durable, or not at all. */
  write(run: number, file: RunFile, text: string): Result<void, CorpusFailure>
  /** A file that is longer than memory: it has its name once it is finished. */
  draft(run: number, file: RunFile): Result<Draft, CorpusFailure>
  /** One line more; may be lost with the machine, for it only tells. */
  append(run: number, file: RunFile, line: string): Result<void, CorpusFailure>
}
export type Draft = {
  add(bytes: Uint8Array): Result<void, CorpusFailure>
  finish(): Result<void, CorpusFailure>
  abandon(): void
}
