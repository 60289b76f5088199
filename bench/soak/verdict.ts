// What must hold of a soak, judged by what callers heard, what the published log says, what the endpoints counted and what the store says.
import type { Heard } from './callers.ts'
import type { Journal } from './endpoints.ts'
import type { LogReader, Outcome } from './log.ts'
import { ALIASES, APPLICATIONS, ENDPOINTS, endpointNamed, permitted, usageOf } from './stage.ts'

export type Check = { readonly name: string; readonly holds: boolean; readonly says: string }
export type Span = { readonly endpoint: string; readonly from: number; readonly to: number }
export type Budget = {
  readonly scope: string
  readonly owner: string
  readonly limit: number
  readonly spent: number
  readonly reserved: number
}
export type Evidence = {
  readonly heard: readonly Heard[]
  readonly log: LogReader
  readonly journal: Journal
  readonly cuts: readonly Span[]
  /** When endpoints did not answer as they should, if at all. */
  readonly troubles: readonly Span[]
  readonly budgets: readonly Budget[]
}

const some = (sentences: readonly string[]): string => (sentences.length === 0 ? '' : `: ${sentences.slice(0, 8).join('; ')}`)
const nameOf = ({ number, alias, application, dialect, stream, status, code }: Heard): string =>
  `call ${number} of ${application} to ${alias} in ${dialect}${stream ? ', streamed' : ''} (${status} ${code})`
const classOf = (name: string) => APPLICATIONS.find((application) => application.name === name)?.dataClass ?? 'public'

// ---- calls ------------------------------------------------------------------------------------------------------------------

const everyCallEnds = ({ heard }: Evidence): Check => {
  const wrong = heard.filter(({ ending }) => ending === 'endless' || ending === 'untold' || ending === 'wrong')
  return {
    name: 'every call ends, with its answer or a failure that its SDK raises',
    holds: heard.length > 0 && wrong.length === 0,
    says: `${heard.length} calls, ${wrong.length} otherwise${some(wrong.map((each) => `${each.ending}: ${nameOf(each)}`))}`,
  }
}

const NOT_SENT: ReadonlySet<string> = new Set(['cut-off', 'unsupported', 'resting', 'spared', 'busy'])
const MOST_ATTEMPTS = 4
/** The clocks of two processes, and the time an order takes. */
const SLACK = 500

/** Why this call could not be answered by anybody that it was permitted; undefined where somebody was left. */
const excuseOf = (heard: Heard, outcome: Outcome | undefined, evidence: Evidence): string | undefined => {
  const { application, alias, code, stream, status } = heard
  if (code === 'insufficient_quota' && application === 'town/frugal') return 'the budget was used up'
  if (outcome === undefined) return undefined
  const allowed = permitted(alias, classOf(application))
  if (outcome.kind === 'refusal')
    return allowed.every((endpoint) => isDuring(heard, endpoint, evidence.cuts)) ? 'all endpoints it was permitted were cut' : undefined
  const tried = new Map(outcome.results)
  const lost = allowed.map((endpoint) => lossOf(heard, endpoint, tried.get(endpoint), evidence))
  if (lost.every((loss) => loss !== undefined)) return LOSSES.find((loss) => lost.includes(loss))
  const last = outcome.results.at(-1)
  if (status === 200 && stream) {
    const continuations = ALIASES[alias]?.continuations ?? 0
    if (continuations === 0) return 'the stream broke, and the alias does not go on'
    if (outcome.seams >= continuations) return 'the stream broke, and its continuation too'
    if (heard.whim === 'stops-reading') return 'the stream broke beyond what is kept to go on from'
    // The exchange's own errors have names of their own; this one is what the caller's decoder makes of the event.
    const isPassedOn = last !== undefined && code === 'failed' && endpointNamed(last[0]).dialect === heard.dialect
    if (isPassedOn && isInTrouble(heard, last[0], evidence)) return 'a malformed event was passed on as it came'
  }
  if (outcome.results.filter(([, result]) => !NOT_SENT.has(result)).length >= MOST_ATTEMPTS) return 'it used up its attempts'
  return undefined
}
const isDuring = ({ at, millis }: Heard, endpoint: string, spans: readonly Span[]): boolean =>
  spans.some((span) => span.endpoint === endpoint && span.from <= at + millis + SLACK && span.to >= at - SLACK)

const isInTrouble = (heard: Heard, endpoint: string, { cuts, troubles }: Evidence): boolean =>
  isDuring(heard, endpoint, cuts) || isDuring(heard, endpoint, troubles)

/** The most telling first: whoever is well again and still rests is what a breaker costs. */
const LOSSES = [
  'an endpoint was well again and still rested',
  'no endpoint had room',
  'all endpoints it was permitted were in trouble or cut',
] as const
const lossOf = (heard: Heard, endpoint: string, result: string | undefined, evidence: Evidence): (typeof LOSSES)[number] | undefined => {
  if (result === 'busy') return 'no endpoint had room'
  // Who may not be asked at the moment an attempt fails for good does not stand among the attempts.
  if (isInTrouble(heard, endpoint, evidence)) return 'all endpoints it was permitted were in trouble or cut'
  const isLeftAlone = result === undefined || result === 'resting' || result === 'spared'
  return isLeftAlone && wellSince(heard, endpoint, evidence) > 0 ? 'an endpoint was well again and still rested' : undefined
}
/** When the last of its troubles before this call was over, in milliseconds since the epoch; 0 when it had none. */
const wellSince = ({ at }: Heard, endpoint: string, { troubles, cuts }: Evidence): number =>
  [...troubles, ...cuts].reduce((latest, span) => (span.endpoint === endpoint && span.to <= at ? Math.max(latest, span.to) : latest), 0)
/** For how long, in seconds, endpoints that were well again were still left alone, at most. */
const longestRest = (excused: readonly Heard[], evidence: Evidence): number =>
  excused.reduce((longest, heard) => {
    const rests = permitted(heard.alias, classOf(heard.application))
      .filter((endpoint) => !isInTrouble(heard, endpoint, evidence))
      .map((endpoint) => wellSince(heard, endpoint, evidence))
      .filter((moment) => moment > 0)
      .map((moment) => (heard.at - moment) / 1000)
    return Math.max(longest, ...rests)
  }, 0)
/** What the configuration lets a rest be: `longestRestSeconds` of cuts, which are the longest. */
const LONGEST_REST = 600

export type Excuses = Readonly<Record<string, number>>
const failuresHaveReasons = (evidence: Evidence): Check & { readonly excuses: Excuses } => {
  const { heard, log } = evidence
  const failed = heard.filter(({ ending }) => ending === 'failed')
  const reasons = Map.groupBy(failed, (each) => excuseOf(each, log.outcomes.get(each.call), evidence))
  const unexcused = reasons.get(undefined) ?? []
  const kinds = [...Map.groupBy(unexcused, ({ alias, status, code }) => `${status} ${code} from ${alias}`)]
  const counted = kinds.map(([kind, calls]) => `${calls.length} times ${kind}`)
  const told = unexcused.slice(0, 3).map((each) => `${nameOf(each)}, tried ${JSON.stringify(log.outcomes.get(each.call)?.results ?? [])}`)
  const rest = longestRest(reasons.get(LOSSES[0]) ?? [], evidence)
  return {
    name: 'a caller sees a failure only where no endpoint was left to it',
    holds: unexcused.length === 0 && rest <= LONGEST_REST,
    says: `${failed.length} failures told, ${unexcused.length} of them with an endpoint left${some([...counted, ...told])}; endpoints that were well again rested for at most ${rest.toFixed(0)} s more`,
    excuses: Object.fromEntries([...reasons].flatMap(([reason, calls]) => (reason === undefined ? [] : [[reason, calls.length]]))),
  }
}

/** INVARIANT(G1): by the endpoints' own account, and by the log's. */
const internalStaysHome = ({ log, journal }: Evidence): Check => {
  const abroad = ENDPOINTS.filter(({ atHome }) => !atHome).map(({ name }) => name)
  const seen = abroad.reduce((sum, name) => sum + (journal[name]?.internal ?? 0), 0)
  const sent = [...log.outcomes.values()].filter(
    ({ dataClass, results }) =>
      dataClass === 'internal' && results.some(([endpoint, result]) => abroad.includes(endpoint) && !NOT_SENT.has(result)),
  )
  return {
    name: 'internal data stays at home',
    holds: seen === 0 && sent.length === 0,
    says: `${seen} questions of class internal reached ${abroad.join(' and ')}`,
  }
}

// ---- records ----------------------------------------------------------------------------------------------------------------

const everyRecordIsThere = ({ heard, log }: Evidence): Check => {
  const named = heard.filter(({ call }) => call !== '')
  const missing = named.filter(({ call }) => !log.outcomes.has(call))
  const others = log.outcomes.size - (named.length - missing.length)
  const vanished = heard.filter(({ call, ending }) => call === '' && ending === 'vanished').length
  const unnamed = heard.filter(({ call, ending }) => call === '' && ending === 'answered').length
  return {
    name: 'each answered call is on record exactly once',
    holds: missing.length === 0 && unnamed === 0 && others <= vanished,
    says: `${log.outcomes.size} outcomes for ${named.length} calls whose callers heard of them, ${missing.length} missing${some(missing.map(nameOf))}; ${others} of the ${vanished} whose callers left before`,
  }
}

const logIsSound = ({ log }: Evidence): Check => ({
  name: 'the log has no gap in any key’s numbers, its signed root is that of its entries, and no crossing is without an outcome',
  holds: log.faults.count === 0 && log.open === 0,
  says: `${log.size} records, ${log.faults.count} faults${some(log.faults.first)}; ${log.open} crossings without an outcome`,
})

// ---- money ------------------------------------------------------------------------------------------------------------------

const budgetsAreExact = ({ log, budgets }: Evidence): Check => {
  const spent = new Map<string, number>()
  for (const { application, cost } of log.outcomes.values())
    for (const owner of [application, application.slice(0, application.indexOf('/'))]) spent.set(owner, (spent.get(owner) ?? 0) + cost)
  const wrong = budgets.flatMap(({ owner, limit, spent: stored, reserved }) => [
    ...(stored === (spent.get(owner) ?? 0) ? [] : [`${owner} spent ${stored} by the store and ${spent.get(owner) ?? 0} by the log`]),
    ...(reserved === 0 ? [] : [`${owner} has ${reserved} reserved`]),
    ...(stored <= limit ? [] : [`${owner} spent ${stored} of ${limit}`]),
  ])
  const rows = budgets.map(({ owner, spent: stored, limit }) => `${owner} ${stored} of ${limit}`)
  return {
    name: 'what the store has as spent is the sum over the log, nothing stays reserved, and no limit is passed',
    holds: budgets.length === 2 + APPLICATIONS.length && wrong.length === 0,
    says: wrong.length === 0 ? `in millionths: ${rows.join(', ')}` : wrong.join('; '),
  }
}

const costOf = (endpoint: string, { input, output }: { readonly input: number; readonly output: number }): number => {
  const { price } = endpointNamed(endpoint)
  return input * price.input + output * price.output
}
/**
 * What an answer costs is what its endpoint counted: by the question's number where the caller heard the answer, and otherwise no figure
 * stands in the log more often than an endpoint reported it. What nobody counted, for the answer broke off, is an estimate and marked so.
 */
const usageIsTheEndpoints = ({ heard, log, journal }: Evidence): Check => {
  const wrong: string[] = []
  const numbered = new Map(heard.filter(({ call }) => call !== '').map((each) => [each.call, each]))
  const counted = new Map<string, number>()
  const sums = { reported: 0, estimated: 0, estimates: 0 }
  for (const [call, outcome] of log.outcomes) {
    const { endpoint, input, output, estimated, cost, seams } = outcome
    if (cost === 0) continue
    if (estimated || seams > 0) {
      sums.estimated += cost
      sums.estimates++
      continue
    }
    sums.reported += cost
    if (cost !== costOf(endpoint, outcome)) wrong.push(`call ${call} costs ${cost} for ${input} and ${output} tokens of ${endpoint}`)
    const caller = numbered.get(call)
    const due = caller?.ending === 'answered' ? usageOf(caller.number) : outcome
    if (due.input !== input || due.output !== output)
      wrong.push(`call ${call} has ${input} and ${output} tokens where ${endpoint} counted ${due.input} and ${due.output}`)
    const name = `${endpoint} ${input} ${output}`
    counted.set(name, (counted.get(name) ?? 0) + 1)
  }
  for (const [name, times] of counted) {
    const [endpoint = '', ...figures] = name.split(' ')
    const reported = journal[endpoint]?.reported[figures.join(' ')] ?? 0
    if (times > reported)
      wrong.push(`${endpoint} reported ${figures.join(' and ')} tokens ${reported} times, and the log has it ${times} times`)
  }
  return {
    name: 'what a call costs is what its endpoint reported',
    holds: wrong.length === 0,
    says: `${sums.reported} by reports, ${sums.estimated} by estimates of ${sums.estimates} answers that broke off or had two authors; ${wrong.length} wrong${some(wrong)}`,
  }
}

// ---- the process ------------------------------------------------------------------------------------------------------------

export type Sample = { readonly second: number; readonly megabytes: number; readonly descriptors: number; readonly running: number }
/** Least squares: units of `y` per unit of `x`. */
const slopeOf = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / Math.max(1, points.length)
  const [meanX, meanY] = [mean(0), mean(1)]
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}
/** The straight line through the last two thirds may rise by so much of its mean. */
const FLAT = 0.05
export const memoryIsFlat = (samples: readonly Sample[]): Check => {
  const last = samples.slice(Math.floor(samples.length / 3))
  const seconds = (last.at(-1)?.second ?? 0) - (last[0]?.second ?? 0)
  const perSecond = slopeOf(last.map(({ second, megabytes }) => [second, megabytes]))
  const mean = last.reduce((sum, { megabytes }) => sum + megabytes, 0) / Math.max(1, last.length)
  const rise = perSecond * seconds
  const most = Math.max(...samples.map(({ megabytes }) => megabytes))
  return {
    name: 'resident memory is flat',
    holds: last.length > 3 && rise <= mean * FLAT,
    says:
      `${mean.toFixed(0)} MB on average in the last two thirds, ${most.toFixed(0)} MB at most; a straight line through them rises by ` +
      `${(perSecond * 60).toFixed(3)} MB a minute, ${rise.toFixed(1)} MB in all (${((rise / mean) * 100).toFixed(1)} %, at most ${FLAT * 100} % is flat)`,
  }
}

/** All that callers, log, endpoints and store are asked. */
export const judged = (evidence: Evidence): { readonly checks: readonly Check[]; readonly excuses: Excuses } => {
  const { excuses, ...failures } = failuresHaveReasons(evidence)
  const checks = [everyCallEnds, internalStaysHome, everyRecordIsThere, logIsSound, budgetsAreExact, usageIsTheEndpoints]
  return { checks: [failures, ...checks.map((check) => check(evidence))], excuses }
}
