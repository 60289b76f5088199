// From what was measured to the profile the gateway adapts calls by.
import type { JsonObject } from '../../core/json.ts'
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
      const note = report === newest.report ? {} : { note: `measured on ${report.day}, ${file}`.slice(0, 1024) }
      classes[name] = { ...said, ...measured, ...note }
    }
  return withObservations(profile, {
    dialect: dialect as DialectName,
    model: modelThere,
    transcript: newest.file,
    asOf: day as Day,
    classes,
  })
}
