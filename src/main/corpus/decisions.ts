// The register of decisions about models: `<data>/corpus/erasure/decisions.json`. It names models, and nobody else.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../core/result.ts'
import { parseRegister, type Register } from '../../corpus/erasure/decisions.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { replaceFile } from '../../store/corpus-erasure.ts'
import { attempt } from '../../store/corpus-files.ts'
import { erasureFolder } from './tombstones.ts'

const FILE = 'decisions.json'

export const readDecisions = (corpus: string): Result<Register, CorpusFailure> => {
  const path = join(erasureFolder(corpus), FILE)
  const text = attempt('read', path, () => (existsSync(path) ? readFileSync(path, 'utf8') : '[]'))
  return text.ok ? parseRegister(text.value, path) : text
}

export const keepDecisions = (corpus: string, register: Register): Result<void, CorpusFailure> =>
  replaceFile(erasureFolder(corpus), FILE, Buffer.from(`${JSON.stringify(register, null, 2)}\n`))
