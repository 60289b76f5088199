// What a vendor changed between two runs.
import type { Verdict } from './experiment.ts'
import type { Report } from './report.ts'

export type Change = {
  readonly experiment: string
  readonly aspect: string
  readonly before: Verdict
  readonly now: Verdict
  readonly said: string
  readonly says: string
  /** The day of the run that found the earlier. */
  readonly since: string
}
type Known = { readonly verdict: Verdict; readonly says: string; readonly day: string }

/**
 * Findings that were known and are now known to be otherwise. INVARIANT: `unknown` on either side is no change; the newest run that knew
 * counts, so that a run that was stopped hides nothing.
 */
export const changesSince = (earlier: readonly Report[], now: Report): readonly Change[] => {
  const known = lastKnown(earlier)
  return now.experiments.flatMap(({ id, findings }) =>
    findings.flatMap(({ aspect, verdict, says }): Change[] => {
      const before = known.get(`${id}/${aspect}`)
      if (before === undefined || verdict === 'unknown' || before.verdict === verdict) return []
      return [{ experiment: id, aspect, before: before.verdict, now: verdict, said: before.says, says, since: before.day }]
    }),
  )
}

/** What was known and could not be told again. */
export const lostSince = (earlier: readonly Report[], now: Report): readonly string[] => {
  const known = lastKnown(earlier)
  return now.experiments.flatMap(({ id, findings }) =>
    findings.flatMap(({ aspect, verdict }) => (verdict === 'unknown' && known.has(`${id}/${aspect}`) ? [`${id}/${aspect}`] : [])),
  )
}

const lastKnown = (reports: readonly Report[]): ReadonlyMap<string, Known> => {
  const known = new Map<string, Known>()
  for (const { experiments, day } of [...reports].sort((a, b) => a.started - b.started))
    for (const { id, findings } of experiments)
      for (const { aspect, verdict, says } of findings) if (verdict !== 'unknown') known.set(`${id}/${aspect}`, { verdict, says, day })
  return known
}

export const sentenceOf = ({ experiment, aspect, before, now, said, says, since }: Change): string =>
  `${experiment}, ${aspect}: ${before} on ${since} (${said}), now ${now} (${says})`
