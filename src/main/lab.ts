// The lab's reports: signed, kept, read back, and laid over the profiles of providers.
import { join } from 'node:path'
import type { VerifierKey } from '#verifier'
import type { Result } from '../core/result.ts'
import type { Day, EpochMillis } from '../core/units.ts'
import { type Kept, profileWith } from '../gateway/lab/adapter.ts'
import { canonicalReport, noteText, parseFile, type Report, type SignedReport } from '../gateway/lab/report.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import { readReportFiles } from '../store/report-files.ts'
import { sha256Hex } from './digest.ts'
import type { DataPaths } from './paths.ts'
import { logKey, type SignatureFailure, saysAndSigned } from './signature.ts'

export type KeptReport = Kept
/** Sentences of what could not be read or is not signed as it must be: such reports count for nothing. */
export type KeptReports = { readonly reports: readonly KeptReport[]; readonly complaints: readonly string[] }

export const labFolder = ({ root }: Pick<DataPaths, 'root'>): string => join(root, 'lab')
export const digestOf = (report: Report): string => sha256Hex(canonicalReport(report))

/** Whether the log's key signed this very report. */
export const verifyReport = ({ report, note }: SignedReport, key: VerifierKey): Promise<Result<void, SignatureFailure>> =>
  saysAndSigned(note, noteText(key.name, report, digestOf(report)), key)

/** All reports of an endpoint, oldest first, each verified. No reports where there is no log yet. */
export const readReports = (paths: DataPaths, endpoint: string): Promise<KeptReports> => collect(paths, endpoint, (report) => report)

/** Those of every endpoint, without transcripts: they are most of a report, and only whoever looks at one endpoint reads them. */
export const readAllReports = (paths: DataPaths): Promise<KeptReports> =>
  collect(paths, undefined, (report) => ({ ...report, transcripts: [] }))

const collect = async (paths: DataPaths, endpoint: string | undefined, keep: (report: Report) => Report): Promise<KeptReports> => {
  const key = logKey(paths)
  const reports: KeptReport[] = []
  const complaints: string[] = []
  for await (const file of readReportFiles(labFolder(paths), endpoint)) {
    if (!key.ok) return { reports: [], complaints: [key.error.message] }
    const parsed = file.ok ? parseFile(file.value.content) : file
    const verified = parsed.ok ? await verifyReport(parsed.value, key.value) : parsed
    if (file.ok && parsed.ok && verified.ok) reports.push({ file: file.value.path, report: keep(parsed.value.report) })
    else if (!file.ok) complaints.push(file.error.message)
    else if (!verified.ok) complaints.push(`\`${file.value.path}\` counts for nothing: ${verified.error.message}`)
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

/** What an endpoint is, as far as a measurement depends on it. */
export type Measurable = Pick<Report, 'endpoint' | 'dialect' | 'address' | 'provider' | 'place'>
export type Laid = { readonly profile: Profile; readonly complaints: readonly string[] }

/**
 * The profile of an endpoint with all that was measured of its models and still holds. Reports oldest first, as `readReports` gives
 * them; what was measured before the day `since` is too old to act on. Complaints name what is not used and was not measured again.
 */
export const measuredProfile = (profile: Profile, endpoint: Measurable, reports: readonly KeptReport[], since: Day): Laid => {
  const complaints: string[] = []
  let laid = profile
  const own = reports.filter(({ report }) => report.endpoint === endpoint.endpoint)
  for (const [model, runs] of Map.groupBy(own, ({ report }) => report.modelThere)) {
    complaints.push(...leftOut(runs, endpoint, since))
    const next = profileWith(
      laid,
      runs.filter(({ report }) => objection(report, endpoint, since) === undefined),
    )
    if (next.ok) laid = next.value
    else complaints.push(`what was measured of \`${endpoint.endpoint}/${model}\` cannot be used: ${next.error.messages.join('; ')}`)
  }
  return { profile: laid, complaints }
}

/** Why a report says nothing of the endpoint as it is today; undefined where it does. */
const objection = (report: Report, now: Measurable, since: Day): string | undefined => {
  if (report.simulated) return 'a simulation answered'
  const changed = (['dialect', 'address', 'provider', 'place'] as const).find((name) => report[name] !== now[name])
  if (changed !== undefined) return `its ${changed} was \`${report[changed] ?? 'none'}\` then and is \`${now[changed] ?? 'none'}\``
  return report.day < since ? 'that is longer ago than `lab.staleAfterDays`' : undefined
}

const leftOut = (runs: readonly KeptReport[], now: Measurable, since: Day): readonly string[] => {
  const told = new Set<string>()
  return runs.toReversed().flatMap(({ report }) => {
    const why = objection(report, now, since)
    const untold = Object.keys(report.classes).filter((name) => !told.has(name))
    for (const name of untold) told.add(name)
    if (why === undefined || untold.length === 0) return []
    const name = `${report.endpoint}/${report.model}`
    return [`what was measured of \`${name}\` on ${report.day} is not used: ${why}; run \`allod probe ${name}\` again`]
  })
}

export const momentOf = (report: Pick<Report, 'started'>): EpochMillis => report.started as EpochMillis
