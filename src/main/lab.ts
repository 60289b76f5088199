// The lab's reports: signed, kept, read back, and laid over the profiles of providers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseVerifierKey, type VerifierKey } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { type Kept, profileWith } from '../gateway/lab/adapter.ts'
import { canonicalReport, noteText, parseFile, type Report, type SignedReport } from '../gateway/lab/report.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import { openNote } from '../ledger/note.ts'
import { readLabFiles } from '../store/lab-files.ts'
import { sha256Hex } from './law.ts'
import type { DataPaths } from './paths.ts'

export type KeptReport = Kept
/** Sentences of what could not be read or is not signed as it must be: such reports count for nothing. */
export type KeptReports = { readonly reports: readonly KeptReport[]; readonly complaints: readonly string[] }
export type LabFailure = { readonly kind: 'lab'; readonly message: string }

export const labFolder = ({ root }: Pick<DataPaths, 'root'>): string => join(root, 'lab')
export const digestOf = (report: Report): string => sha256Hex(canonicalReport(report))

/** Whether the log's key signed this very report. */
export const verifyReport = async ({ report, note }: SignedReport, key: VerifierKey): Promise<Result<void, LabFailure>> => {
  const opened = await openNote(note, key)
  if (!opened.ok) return failed(opened.error.message)
  const wanted = noteText(key.name, report, digestOf(report))
  return opened.value === wanted ? ok(undefined) : failed('the note is signed, but speaks of another report')
}

/** The Ed25519 key of the exchange's log. */
export const logKey = ({ logVerifierKey }: Pick<DataPaths, 'logVerifierKey'>): Result<VerifierKey, LabFailure> => {
  let text: string
  try {
    text = readFileSync(logVerifierKey, 'utf8')
  } catch {
    return failed(`cannot read \`${logVerifierKey}\``)
  }
  for (const line of text.split('\n')) {
    const key = parseVerifierKey(line)
    if (key.ok && key.value.type === 'ed25519') return ok(key.value)
  }
  return failed(`\`${logVerifierKey}\` holds no Ed25519 key`)
}

/** All reports of an endpoint, or of every endpoint, oldest first, each verified. No reports where there is no log yet. */
export const readReports = async (paths: DataPaths, endpoint?: string): Promise<KeptReports> => {
  const files = await readLabFiles(labFolder(paths), endpoint)
  if (!files.ok) return { reports: [], complaints: [files.error.message] }
  if (files.value.length === 0) return { reports: [], complaints: [] }
  const key = logKey(paths)
  if (!key.ok) return { reports: [], complaints: [key.error.message] }
  const reports: KeptReport[] = []
  const complaints: string[] = []
  for (const { path, content } of files.value) {
    const parsed = parseFile(content)
    const verified = parsed.ok ? await verifyReport(parsed.value, key.value) : parsed
    if (parsed.ok && verified.ok) reports.push({ file: path, report: parsed.value.report })
    else complaints.push(`\`${path}\` counts for nothing: ${verified.ok ? '' : verified.error.message}`)
  }
  return { reports, complaints }
}

/** The newest report of each model of each endpoint. */
export const newestReports = (reports: readonly KeptReport[]): readonly KeptReport[] => {
  const newest = new Map<string, KeptReport>()
  for (const each of reports) {
    const name = `${each.report.endpoint}/${each.report.model}`
    const known = newest.get(name)
    if (known === undefined || known.report.started < each.report.started) newest.set(name, each)
  }
  return [...newest.values()]
}

/** The profile of an endpoint with all that was measured of its models. Reports oldest first, as `readReports` gives them. */
export const measuredProfile = (
  profile: Profile,
  endpoint: string,
  reports: readonly KeptReport[],
): { readonly profile: Profile; readonly complaints: readonly string[] } => {
  const complaints: string[] = []
  let laid = profile
  const own = reports.filter(({ report }) => report.endpoint === endpoint)
  for (const [model, runs] of Map.groupBy(own, ({ report }) => report.modelThere)) {
    const next = profileWith(laid, runs)
    if (next.ok) laid = next.value
    else complaints.push(`what was measured of \`${endpoint}/${model}\` cannot be used: ${next.error.messages.join('; ')}`)
  }
  return { profile: laid, complaints }
}

export const momentOf = (report: Pick<Report, 'started'>): EpochMillis => report.started as EpochMillis

const failed = (message: string): Result<never, LabFailure> => err({ kind: 'lab', message })
