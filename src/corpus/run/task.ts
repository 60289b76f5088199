// What a run hands to its workers, and what it hears of them. All of it is plain data: it crosses threads, and machines as JSON.
import type { Result } from '../../core/result.ts'
import type { Alarm } from '../clusters/alarms.ts'
import type { DuplicateCounts } from '../clusters/index.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Digest } from '../sections.ts'
import type { Part, Slice } from './slices.ts'

/**
 * `measure` finds how a large file can be shared out; `ingest` makes packs of a slice; `examine` has every block look at one pack; `cluster` looks for duplicates in all of them, and `earlier`
 * are the clusters of a run before; `explain` writes down why documents of one pack are dropped.
 */
export type Task =
  | { readonly kind: 'measure'; readonly slice: Slice }
  | { readonly kind: 'ingest'; readonly slice: Slice }
  | { readonly kind: 'examine'; readonly pack: Digest }
  | { readonly kind: 'cluster'; readonly packs: readonly PackMade[]; readonly earlier: Digest | null }
  | { readonly kind: 'explain'; readonly pack: Digest; readonly clusters: Digest | null }

/** A pack that lies on its shelf. `bytes` of text. */
export type PackMade = { readonly pack: Digest; readonly documents: number; readonly bytes: number }

/** What each rule dropped of a pack, and which blocks had to run; none where all was there. */
export type Seen = { readonly dropped: Readonly<Record<string, number>>; readonly ran: readonly string[] }

export type News =
  | { readonly kind: 'measured'; readonly parts: readonly Part[] }
  /** Told as soon as it is durable, so that others look at it while its slice is still read; `seen` where the reader has looked itself. */
  | { readonly kind: 'pack'; readonly made: PackMade; readonly seen?: Seen }
  /** `step` is where the slice's packs and refusals stand; `isNew` where it was read now and not before. */
  | {
      readonly kind: 'ingested'
      readonly step: Digest
      readonly packs: readonly PackMade[]
      readonly refused: number
      readonly isNew: boolean
    }
  | ({ readonly kind: 'examined' } & Seen)
  | ({ readonly kind: 'clustered'; readonly isNew: boolean } & Clustered)
  | { readonly kind: 'explained'; readonly step: Digest }

export type Clustered = {
  readonly clusters: Digest
  readonly counts: DuplicateCounts
  /** Sources that lost nearly all their documents to others. */
  readonly alarms: readonly Alarm[]
}

/** Is told what came of a task, and says what is to be done because of it. */
export type Hears = (task: Task, news: News) => readonly Task[]
/** Who carries tasks out: threads of this process, or jobs on a cluster. */
export type Executor = {
  /**
   * Carries out all tasks, many at a time and each at least once, and those that `hears` asks for when it is told what came of one.
   * Ends at the first failure: no further task is begun, and what was begun is awaited or given up.
   */
  run(tasks: readonly Task[], hears: Hears): Promise<Result<void, CorpusFailure>>
}

/** For a sentence about a task that failed. */
export const taskName = (task: Task): string => {
  if (task.kind === 'cluster') return 'the search for duplicates'
  if (task.kind === 'examine') return `the look at pack \`${task.pack.slice(0, 12)}\``
  if (task.kind === 'explain') return `the account of pack \`${task.pack.slice(0, 12)}\``
  const [first] = task.slice.files
  const more = task.slice.files.length - 1
  return `the reading of \`${task.slice.source}/${first?.path ?? ''}\`${more > 0 ? ` and ${more} more` : ''}`
}
