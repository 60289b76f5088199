// What becomes of personal data where texts leave the corpus, and the key of the pseudonyms.
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import type { Replacing } from '../../corpus/publish/replace.ts'
import type { CorpusDeclaration } from '../../corpus/run/declaration.ts'
import { attempt, readWhole, syncFolder, writeDurably } from '../../store/corpus-files.ts'

const KEY_BYTES = 32

/** As the declaration says. The key is made when first needed; whoever has it can tell whether a pseudonym is that of a value. */
export const replacingOf = ({ personalData: { mode, modes } }: CorpusDeclaration, corpus: string): Result<Replacing, CorpusFailure> => {
  const isKeyed = mode === 'pseudonymise' || Object.values(modes).includes('pseudonymise')
  const key = isKeyed ? pseudonymKey(corpus) : ok(new Uint8Array(0))
  return key.ok ? ok({ mode, modes, keyed: (text) => createHmac('sha256', key.value).update(text).digest() }) : key
}

const pseudonymKey = (corpus: string): Result<Uint8Array, CorpusFailure> => {
  const path = join(corpus, 'pseudonym.key')
  return attempt('read', path, () => {
    if (!existsSync(path)) {
      writeDurably(path, randomBytes(KEY_BYTES))
      syncFolder(corpus)
    }
    return readWhole(path)
  })
}
