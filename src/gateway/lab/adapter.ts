// From what was measured to the profile the gateway adapts calls by.
import type { Json, JsonObject } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Day } from '../../core/units.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { withObservations } from '../providers/observations.ts'
import { deviationsOf, type Profile, type ProfileFailure } from '../providers/profile.ts'
import type { Report } from './report.ts'

/** A report and where it is kept. */
export type Kept = { readonly file: string; readonly report: Report }

/**
 * The profile with what these runs found out of one model, newest last. Of each class the newest that was found stands, with its day; a
 * class keeps what is documented of it and was not measured. A simulation says nothing of a vendor, and changes nothing.
 */
export const profileWith = (profile: Profile, runs: readonly Kept[]): Result<Profile, ProfileFailure> => {
  const real = runs.filter(({ report }) => !report.simulated)
  const newest = real.at(-1)
  if (newest === undefined) return ok(profile)
  const { modelThere, dialect, day } = newest.report
  const documented = deviationsOf(profile, dialect as DialectName, modelThere) as { readonly [name: string]: JsonObject | undefined }
  const classes: Record<string, JsonObject> = {}
  for (const { file, report } of real)
    for (const [name, measured] of Object.entries(report.classes)) {
      const { source: _, evidence: __, note: ___, ...said } = documented[name] ?? {}
      // The lab asks for nothing beforehand; what an endpoint does when it is asked to is another question.
      if (said.ask !== undefined) continue
      const note = report === newest.report ? {} : { note: `measured on ${report.day}, ${file}`.slice(0, 1024) }
      classes[name] = { ...said, ...measured, ...(name === 'unknownFields' && memberLists(said, measured, report)), ...note }
    }
  return withObservations(profile, {
    dialect: dialect as DialectName,
    model: modelThere,
    transcript: newest.file,
    asOf: day as Day,
    classes,
  })
}

/** A member that was not asked about stays in the list where it is documented to be. */
const memberLists = (said: JsonObject, measured: JsonObject, report: Report): JsonObject => {
  const findings = report.experiments.find(({ id }) => id === 'unknown-fields')?.findings ?? []
  const told = new Set(findings.flatMap(({ aspect, verdict }) => (verdict === 'unknown' ? [] : [aspect])))
  const texts = (list: Json | undefined): readonly string[] => (Array.isArray(list) ? list.map(String) : [])
  const both = (name: 'ignored' | 'rejected' | 'also') => [
    ...new Set([...texts(said[name]).filter((member) => !told.has(member)), ...texts(measured[name])]),
  ]
  return { ignored: both('ignored'), rejected: both('rejected'), also: both('also') }
}
