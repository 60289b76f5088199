// What the lab measured, laid over what is documented: the profiles by which the calls of one configuration are adapted.
import { type Day, dayOf, epochMillis } from '../core/units.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import { type Observed, observedOf } from '../gateway/providers/observations.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import type { Configuration, RemoteConfiguration } from './config-schema.ts'
import { type KeptReport, type Measurable, measuredProfile } from './lab.ts'
import { shippedProfile } from './profiles.ts'
import { ANY_PROVIDER, type Provided, providedFor } from './providers.ts'

export type Measured = {
  /** Of endpoints with at least one measurement in force, by name. */
  readonly profiles: ReadonlyMap<string, Profile>
  /** What is not used, each with its reason. */
  readonly complaints: readonly string[]
}

const DAY = 86_400_000

/** What these reports say of the endpoints of a configuration on a day. The engines that come with Allod do as their dialect says. */
export const measure = ({ endpoints, lab }: Configuration, reports: readonly KeptReport[], today: Day): Measured => {
  const since = dayOf(epochMillis(Date.parse(today) - lab.staleAfterDays * DAY))
  const probed = new Set(reports.map(({ report }) => report.endpoint))
  const profiles = new Map<string, Profile>()
  const complaints: string[] = []
  for (const [name, settings] of Object.entries(endpoints)) {
    const provided = settings.kind === 'engine' || !probed.has(name) ? undefined : providedFor(settings)
    if (settings.kind === 'engine' || provided?.ok !== true) continue
    const base = provided.value.profile ?? undescribed(settings.kind)
    if (base === undefined) continue
    const laid = measuredProfile(base, measurableOf(name, settings, provided.value), reports, since)
    complaints.push(...laid.complaints)
    if (laid.profile !== base) profiles.set(name, laid.profile)
  }
  return { profiles, complaints }
}

export type ObservedModel = Observed & { readonly model: string }

/** What is in force of each model of an endpoint, by its owner's name of it; models that were not measured are left out. */
export const observedModels = (settings: RemoteConfiguration, profile: Profile | undefined): readonly ObservedModel[] => {
  const provided = providedFor(settings)
  if (profile === undefined || !provided.ok) return []
  return Object.keys(settings.models).flatMap((model) => {
    const target = provided.value.targetOf(model)
    const observed = target.ok ? observedOf(profile, settings.kind, target.value.model) : undefined
    return observed === undefined ? [] : [{ model, ...observed }]
  })
}

/** An endpoint as its reports name it. */
const measurableOf = (name: string, { kind }: RemoteConfiguration, { profile, place, baseUrl }: Provided): Measurable => ({
  endpoint: name,
  dialect: kind,
  address: baseUrl,
  provider: profile?.name ?? null,
  place: place?.name ?? null,
})

/** The profile of an endpoint that nobody described: it speaks its dialect, and nothing more is said of it. */
const undescribed = (kind: DialectName): Profile | undefined => {
  const shipped = shippedProfile(ANY_PROVIDER)
  if (!shipped.ok) return undefined
  const { dialects, places, ...plain } = shipped.value
  const [nothing = { models: [] }] = Object.values(dialects)
  return {
    ...plain,
    dialects: { [kind]: nothing },
    places: places.map(({ urls, ...place }) => ({ ...place, urls: { [kind]: Object.values(urls)[0] } })),
  }
}
