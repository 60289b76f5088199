// From what was measured to the profile the gateway adapts calls by.
import type { JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { Day } from '../../core/units.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { withObservations } from '../providers/observations.ts'
import { deviationsOf, type Profile, type ProfileFailure } from '../providers/profile.ts'
import type { Report } from './report.ts'

/**
 * The profile with what this run found out of its model. A class keeps what is documented of it and was not measured; what was measured
 * replaces it. A simulation says nothing of a vendor, and changes nothing.
 */
export const profileWith = (profile: Profile, report: Report, file: string): Result<Profile, ProfileFailure> => {
  const documented = deviationsOf(profile, report.dialect as DialectName, report.modelThere) as {
    readonly [name: string]: JsonObject | undefined
  }
  const classes = Object.entries(report.simulated ? {} : report.classes).map(([name, measured]): [string, JsonObject] => {
    const { source: _, evidence: __, note: ___, ...said } = documented[name] ?? {}
    return [name, { ...said, ...measured }]
  })
  return withObservations(profile, {
    dialect: report.dialect as DialectName,
    model: report.modelThere,
    transcript: file,
    asOf: report.day as Day,
    classes: Object.fromEntries(classes),
  })
}
