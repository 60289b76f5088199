// Each thing that the receipt of an erasure says, checked with nothing but the key of the log.
import { readFileSync } from 'node:fs'
import type { VerifierKey } from '#verifier'
import { parseSigned } from '../../core/signed-report.ts'
import { type ErasedFrom, erasureReport } from '../../corpus/erasure/report.ts'
import { verifyAbsent, verifyRow } from '../../corpus/publish/index-file.ts'
import type { Digest } from '../../corpus/sections.ts'
import { attempt } from '../../store/corpus-files.ts'
import { UsageFailure } from '../command.ts'
import { saysAndSigned } from '../signature.ts'
import { erasureNote, statementOf } from './erasure-operation.ts'
import type { Check } from './verifying.ts'

/** Far beyond any: some kilobytes of proofs for each of a hundred thousand documents. */
const LIMITS = { maxLength: 1 << 29, maxDepth: 12 }

/** Every check of a receipt; none is left out because another failed. */
export const verifyErasure = async (file: string, key: VerifierKey): Promise<readonly Check[]> => {
  const text = attempt('read', file, () => readFileSync(file, 'utf8'))
  if (!text.ok) throw new UsageFailure(text.error.message)
  const signed = parseSigned(text.value, LIMITS)
  if (!signed.ok) throw new UsageFailure(`\`${file}\` is no receipt of an erasure: ${signed.error.message}`)
  const parsed = erasureReport.safeParse(signed.value.report)
  if (!parsed.success)
    throw new UsageFailure(`\`${file}\` is no receipt of an erasure: \`${parsed.error.issues[0]?.path.join('.')}\` is wrong`)
  const report = parsed.data
  const says = await saysAndSigned(signed.value.note, erasureNote(key.name, statementOf(report)), key)
  const left = report.searched.found.length
  return [
    says.ok ? yes('signature', `the key \`${key.name}\` signed this receipt, to the byte`) : no('signature', says.error.message),
    ...report.dataSets.flatMap(checkVersion),
    left === 0
      ? yes('search', 'nothing was left in the data directory')
      : no('search', `something was left in ${report.searched.found.join(', ')}`),
  ]
}

const yes = (check: string, sentence: string): Check => ({ check, ok: true, sentence })
const no = (check: string, sentence: string): Check => ({ check, ok: false, sentence })
const ID_DIGITS = 64

const checkVersion = ({ name, version, before, after }: ErasedFrom): readonly Check[] => {
  const named = `${name} ${version}`
  const stood = before.inclusion.every((proof) => verifyRow(proof, before.root))
  const first = stood
    ? yes('inclusion', `${before.inclusion.length} rows stood in ${named} as manifest ${before.manifest.slice(0, 12)} had it`)
    : no('inclusion', `a row is not proved to have stood in ${named}`)
  if (after === null) return [first, yes('exclusion', `the tables of ${named} were destroyed`)]
  const ids = [...new Set(before.inclusion.map(({ entry }) => entry.slice(0, ID_DIGITS) as Digest))]
  const isAbsent = (id: Digest) => after.exclusion.some((proofs) => verifyAbsent(id, proofs, after.rows, after.root))
  return [
    first,
    ids.every(isAbsent)
      ? yes('exclusion', `none of them stands in ${named} as manifest ${after.manifest.slice(0, 12)} has it`)
      : no('exclusion', `a row is not proved to be gone from ${named}`),
  ]
}
