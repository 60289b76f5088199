// What was measured of an endpoint, laid over what is documented of its vendor.
import type { Json, JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Day } from '../../core/units.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { type Profile, type ProfileFailure, parseProfile } from './profile.ts'

/** Classes as they stand in a profile, without source and evidence: these are the measurement's. */
export type Observations = {
  readonly dialect: DialectName
  /** The endpoint's name of the model they hold for. */
  readonly model: string
  /** Where the transcript is kept. */
  readonly transcript: string
  readonly asOf: Day
  readonly classes: { readonly [deviationClass: string]: JsonObject }
}

/**
 * The profile in which these observations replace, class by class, what was said of this model. They are read as strictly as a profile.
 * Measuring again replaces the earlier measurement of the same model.
 */
export const withObservations = (profile: Profile, observations: Observations): Result<Profile, ProfileFailure> => {
  const { dialect, model, transcript, asOf, classes } = observations
  const deviations = profile.dialects[dialect]
  if (deviations === undefined)
    return err({ kind: 'profile-invalid', messages: [`\`dialect\` names \`${dialect}\`, which ${profile.title} does not speak`] })
  if (model.includes('*')) return err({ kind: 'profile-invalid', messages: [`\`model\` must be one model, and \`${model}\` is a pattern`] })
  const source = sourceKey(model)
  const measured = Object.entries(classes).map(([name, stated]) => [name, { ...stated, source, evidence: 'observed' }])
  const others = deviations.models.filter(
    ({ match, ...said }) => !(match[0] === model && Object.values(said).some((each) => each?.source === source)),
  )
  const models = [...others, ...(measured.length === 0 ? [] : [{ match: [model], ...Object.fromEntries(measured) }])]
  const sources = { ...profile.sources, [source]: { address: transcript, kind: 'primary', asOf } }
  const laid = { ...profile, sources, dialects: { ...profile.dialects, [dialect]: { ...deviations, models } } }
  const parsed = parseProfile(laid as Json)
  return parsed.ok ? ok(parsed.value) : parsed
}

/** What was measured of a model and is in force: when, where it is kept, and the classes it speaks of, in alphabetical order. */
export type Observed = { readonly asOf: string; readonly transcript: string; readonly classes: readonly string[] }

/** The measurement that a profile holds of this model; undefined where it holds none. */
export const observedOf = (profile: Profile, dialect: DialectName, model: string): Observed | undefined => {
  const source = sourceKey(model)
  const known = profile.sources[source]
  const { match: _, ...said } = profile.dialects[dialect]?.models.find(({ match }) => match[0] === model) ?? { match: [] }
  const classes = Object.entries(said).flatMap(([name, each]) => (each?.source === source ? [name] : []))
  return known === undefined || classes.length === 0 ? undefined : { asOf: known.asOf, transcript: known.address, classes: classes.sort() }
}

/** Names of models hold characters that keys do not. */
const sourceKey = (model: string): string =>
  `probe-${model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)}`
