// What a live drill measures: calls before, while and after faults are injected. Pure: whoever runs it tells the time.

/** What became of one call, as its caller saw it. */
export type Told = {
  /** `gone`: the caller left. `refused`: the law or a limit of the exchange, whatever endpoints do. */
  readonly kind: 'answered' | 'failed' | 'refused' | 'gone'
  readonly milliseconds: number
  /** `endpoint/model`. */
  readonly route: string | undefined
  /** Why there was no answer. */
  readonly why: string | undefined
  /** Millionths of the currency unit. */
  readonly cost: number
}
export const PHASES = ['before', 'during', 'after'] as const
export type Phase = (typeof PHASES)[number]

export type PhaseFigures = {
  /** Milliseconds. */
  readonly took: number
  readonly calls: number
  readonly answered: number
  readonly failed: number
  readonly refused: number
  readonly gone: number
  /** Milliseconds from the first byte in to the last byte out, of answered calls; null where there are none. */
  readonly p50: number | null
  readonly p99: number | null
  readonly cost: number
  readonly by: readonly { readonly route: string; readonly calls: number }[]
  readonly why: readonly { readonly why: string; readonly calls: number }[]
}
/** Milliseconds from the first fault; null: not while it was watched. */
export type Recovery = { readonly failures: number | null; readonly latency: number | null }

/** No failure for so long counts as over; of a cut shorter than twice that, half of it. */
const QUIET = 2000
/** Within a fifth of what it was; the clock counts whole milliseconds, so that a few are none. */
const NEARLY = 1.2
const CLOCK = 5
/** Windows overlap: each begins so much of its length after the one before. */
const STEPS = 10

type Counted = Told & { readonly at: number }

/** Times are milliseconds on one clock. */
export class Measuring {
  private readonly counted: Record<Phase, Counted[]> = { before: [], during: [], after: [] }
  private readonly starts: Partial<Record<Phase | 'over', number>> = {}
  /** Calls that failed while faults were injected. */
  failures = 0

  /** A phase begins; `over` ends the last. */
  enters(phase: Phase | 'over', now: number): void {
    this.starts[phase] = now
  }

  /** A call ended, none before another that was told earlier; counted in the phase in which it began, so that nobody waits out a fault unseen. */
  call(told: Told, now: number): void {
    const phase = this.phaseAt(now - told.milliseconds)
    if (phase === undefined) return
    this.counted[phase].push({ ...told, at: now })
    if (phase === 'during' && told.kind === 'failed') this.failures++
  }

  figures(phase: Phase): PhaseFigures {
    const calls = this.counted[phase]
    const times = timesOf(calls)
    const of = (kind: Told['kind']) => calls.filter((call) => call.kind === kind).length
    return {
      took: this.lengthOf(phase),
      calls: calls.length,
      answered: of('answered'),
      failed: of('failed'),
      refused: of('refused'),
      gone: of('gone'),
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      cost: calls.reduce((sum, { cost }) => sum + cost, 0),
      by: tally(calls, ({ kind, route }) => (kind === 'answered' ? route : undefined)).map(([route, count]) => ({ route, calls: count })),
      why: tally(calls, ({ why }) => why).map(([why, count]) => ({ why, calls: count })),
    }
  }

  /** When callers noticed nothing any more although the faults went on. */
  recovery(): Recovery {
    const { during, after, over } = this.starts
    if (during === undefined) return { failures: null, latency: null }
    const end = after ?? over ?? during
    const quiet = Math.min(QUIET, (end - during) / 2)
    return { failures: this.quietFrom(during, end, quiet), latency: this.fastFrom(during, end, quiet) }
  }

  /** When a route that was cut answered a call again, from the end of the faults on. */
  backAfter(routes: ReadonlySet<string>): number | null {
    const first = this.counted.after.find(({ kind, route }) => kind === 'answered' && route !== undefined && routes.has(route))
    return first === undefined || this.starts.after === undefined ? null : first.at - this.starts.after
  }

  /** From the last failure on before a gap of that length. */
  private quietFrom(start: number, end: number, quiet: number): number | null {
    const failures = this.counted.during.filter(({ kind }) => kind === 'failed').map(({ at }) => at)
    if (failures.length === 0) return this.counted.during.length === 0 ? null : 0
    const moments = [...failures, end]
    const last = failures.find((at, index) => (moments[index + 1] ?? end) - at >= quiet)
    return last === undefined ? null : last - start
  }

  /** From the first of the windows of that length whose slowest calls take about as long as before. */
  private fastFrom(start: number, end: number, window: number): number | null {
    const usual = quantile(timesOf(this.counted.before), 0.99)
    if (usual === null || window <= 0) return null
    const bound = Math.max(usual * NEARLY, usual + CLOCK)
    const calls = this.counted.during
    const indexFrom = (index: number, moment: number): number => {
      let found = index
      while (found < calls.length && (calls[found] as Counted).at < moment) found++
      return found
    }
    let [first, last] = [0, 0]
    for (let from = start; from + window <= end; from += window / STEPS) {
      first = indexFrom(first, from)
      last = indexFrom(last, from + window)
      const slowest = quantile(timesOf(calls.slice(first, last)), 0.99)
      if (slowest !== null && slowest <= bound) return Math.round(from - start)
    }
    return null
  }

  private phaseAt(moment: number): Phase | undefined {
    const { over = Number.POSITIVE_INFINITY } = this.starts
    if (moment >= over) return undefined
    return PHASES.findLast((phase) => moment >= (this.starts[phase] ?? Number.POSITIVE_INFINITY))
  }

  private lengthOf(phase: Phase): number {
    const start = this.starts[phase]
    const next = PHASES[PHASES.indexOf(phase) + 1]
    const end = (next && this.starts[next]) ?? this.starts.over
    return start === undefined || end === undefined ? 0 : end - start
  }
}

/** Nearest rank. Sorted values in; null without any. */
export const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null

const timesOf = (calls: readonly Told[]): readonly number[] =>
  calls.flatMap(({ kind, milliseconds }) => (kind === 'answered' ? [milliseconds] : [])).sort((a, b) => a - b)

const tally = (calls: readonly Counted[], nameOf: (call: Counted) => string | undefined): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>()
  for (const call of calls) {
    const name = nameOf(call)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
}
