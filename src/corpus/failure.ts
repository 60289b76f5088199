import { err, type Result } from '../core/result.ts'

/** What went wrong with a corpus, in one sentence: what, where, and what would be right. */
export type CorpusFailure = {
  /** `unusable`: the input or what was declared of it; `damaged`: our own files; `storage-failed`: the disk, or what stands for it. */
  readonly kind: 'unusable' | 'damaged' | 'storage-failed'
  readonly message: string
}

export const unusable = (message: string): Result<never, CorpusFailure> => err({ kind: 'unusable', message })
export const damaged = (message: string): Result<never, CorpusFailure> => err({ kind: 'damaged', message })
