// Checkpoints of models that learnt from the corpus: `<data>/corpus/checkpoints/*.json`, each written by a trainer.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, parseCheckpoint } from '../../corpus/publish/checkpoint.ts'
import { attempt, namesIn } from '../../store/corpus-files.ts'
import { UsageFailure } from '../command.ts'

export const checkpointFolder = (corpus: string): string => join(corpus, 'checkpoints')

/** All of them. A file that cannot be read stops the question: an answer that knows of fewer models would be wrong. */
export const checkpointsIn = (corpus: string): readonly Checkpoint[] => {
  const folder = checkpointFolder(corpus)
  const names = attempt('list', folder, () => namesIn(folder).filter((name) => name.endsWith('.json')))
  if (!names.ok) throw new UsageFailure(names.error.message)
  return names.value.map((name) => {
    const path = join(folder, name)
    const text = attempt('read', path, () => readFileSync(path, 'utf8'))
    const parsed = text.ok ? parseCheckpoint(text.value, path) : text
    if (!parsed.ok) throw new UsageFailure(parsed.error.message)
    return parsed.value
  })
}

/** `model/checkpoint`. */
export const findCheckpoint = (corpus: string, named: string): Checkpoint | undefined =>
  checkpointsIn(corpus).find(({ model, checkpoint }) => `${model}/${checkpoint}` === named)
