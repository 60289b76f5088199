// Reports of drills: kept as `<data>/drills/<id>/<moment>.json`, with the page beside it, read back and verified.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VerifierKey } from '#verifier'
import { err, type Result } from '../core/result.ts'
import { canonicalForm, type SignedFileFailure } from '../core/signed-report.ts'
import { reportPage, takeNote } from '../drills/page.ts'
import { noteText, parseReport, parseStatement, type Report, type SignedReport } from '../drills/report.ts'
import { readReportFiles } from '../store/report-files.ts'
import { sha256Hex } from './digest.ts'
import type { DataPaths } from './paths.ts'
import { logKey, type SignatureFailure, saysAndSigned } from './signature.ts'

export const drillFolder = ({ root }: Pick<DataPaths, 'root'>): string => join(root, 'drills')

/** What the note signs: the report, and its page without a note. */
export const digestsOf = (report: Report): { readonly report: string; readonly page: string } => ({
  report: sha256Hex(canonicalForm(report)),
  page: sha256Hex(reportPage(report, '')),
})

export type DrillFailure = SignedFileFailure | SignatureFailure

/** Whether the log's key signed the report in this file, to the byte. The digest of its page is taken from the note: pages are verified as pages. */
export const verifyReport = async (content: string, key: VerifierKey): Promise<Result<void, DrillFailure>> => {
  const file = parseReport(content)
  if (!file.ok) return file
  const { report, note } = file.value
  const statement = { drill: report.scenario.id, started: report.started, report: sha256Hex(canonicalForm(report)) }
  return saysAndSigned(note, noteText(key.name, { ...statement, page: parseStatement(note)?.page ?? '' }), key)
}

/** Whether the log's key signed this page, to the byte, whatever version wrote it. */
export const verifyPage = async (content: string, key: VerifierKey): Promise<Result<void, DrillFailure>> => {
  const taken = takeNote(content)
  const statement = taken && parseStatement(taken.note)
  if (statement === undefined) return err({ kind: 'report-invalid', message: 'the page holds no note of a drill' })
  return saysAndSigned(taken?.note ?? '', noteText(key.name, { ...statement, page: sha256Hex(taken?.bare ?? '') }), key)
}

/** The page beside a kept report, verified; undefined where it is missing or was changed. */
export const readPage = async (file: string, paths: DataPaths): Promise<string | undefined> => {
  const key = logKey(paths)
  const path = file.replace(/\.json$/, '.html')
  if (!key.ok || !existsSync(path)) return undefined
  const page = readFileSync(path, 'utf8')
  return (await verifyPage(page, key.value)).ok ? page : undefined
}

export type Kept = SignedReport & { readonly file: string }

/** The newest report of one drill, or of all; what is damaged counts for nothing, and is complained of. */
export const newestReport = async (
  paths: DataPaths,
  id: string | undefined,
): Promise<{ readonly newest?: Kept; readonly complaints: readonly string[] }> => {
  const key = logKey(paths)
  const complaints: string[] = []
  let newest: Kept | undefined
  for await (const file of readReportFiles(drillFolder(paths), id)) {
    if (!key.ok) return { complaints: [key.error.message] }
    const parsed = file.ok ? parseReport(file.value.content) : file
    const verified = file.ok ? await verifyReport(file.value.content, key.value) : file
    if (!file.ok) complaints.push(file.error.message)
    else if (!verified.ok) complaints.push(`\`${file.value.path}\` counts for nothing: ${verified.error.message}`)
    else if (parsed.ok && (newest === undefined || parsed.value.report.started >= newest.report.started))
      newest = { ...parsed.value, file: file.value.path }
  }
  return { complaints, ...(newest === undefined ? {} : { newest }) }
}
