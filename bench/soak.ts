// The long run: many calls of all kinds through one Allod, its resident memory read every few seconds.
import type { RunningExchange } from './exchange.ts'
import type { LoadGenerator } from './load.ts'
import { residentOf } from './processes.ts'
import type { Target } from './targets.ts'

const SAMPLE_MILLIS = 5000
export type Soak = {
  readonly calls: number
  readonly failures: number
  readonly firstFailure: string
  readonly seconds: number
  readonly cpuMicros: number
  /** Resident megabytes before the first call, at most, and on average in the third and the last quarter. */
  readonly before: number
  readonly most: number
  readonly thirdQuarter: number
  readonly lastQuarter: number
  /** Slope of a straight line through the last half, in kilobytes per 1000 calls. */
  readonly slope: number
  /** The last quarter lies at most 3 % over the third. */
  readonly flat: boolean
  readonly samples: readonly (readonly [seconds: number, megabytes: number])[]
}

/** Half of the calls stay at home as JSON, a quarter streams, a quarter crosses a border; bodies of 0.2 and 10 KB. */
export const soak = async (
  generator: LoadGenerator,
  exchange: RunningExchange,
  targets: readonly Target[],
  calls: number,
): Promise<Soak> => {
  const aim = (name: string) => targets.filter((target) => target.name === name).map((target) => target.aim)
  const mix = [200, 10_000].flatMap((size) =>
    [...aim('allod'), ...aim('allod'), ...aim('allod'), ...aim('allod-border')].map((each, index) => ({
      aim: each,
      case: { stream: index === 2, size },
    })),
  )
  const began = performance.now()
  const before = residentOf(exchange.pid) / 1e6
  const samples: [number, number][] = []
  const sample = () => samples.push([(performance.now() - began) / 1000, residentOf(exchange.pid) / 1e6])
  const sampling = setInterval(sample, SAMPLE_MILLIS)
  const measured = await generator.fire({ mix, concurrency: 16, warm: 0, calls })
  clearInterval(sampling)
  sample()
  const part = (from: number, to: number) => samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to))
  const [thirdQuarter, lastQuarter] = [average(part(0.5, 0.75)), average(part(0.75, 1))]
  const perSecond = slopeOf(part(0.5, 1))
  return {
    calls: measured.calls,
    failures: measured.failures,
    firstFailure: measured.firstFailure,
    seconds: measured.seconds,
    cpuMicros: measured.cpu,
    before,
    most: Math.max(...samples.map(([, megabytes]) => megabytes)),
    thirdQuarter,
    lastQuarter,
    slope: (perSecond * 1000 * 1000) / measured.callsPerSecond,
    flat: lastQuarter <= thirdQuarter * 1.03,
    samples: samples.map(([at, megabytes]) => [Math.round(at), Number(megabytes.toFixed(1))]),
  }
}

const average = (points: readonly (readonly [number, number])[]): number =>
  points.reduce((sum, [, y]) => sum + y, 0) / Math.max(1, points.length)
/** Least squares. */
const slopeOf = (points: readonly (readonly [number, number])[]): number => {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / Math.max(1, points.length)
  const meanY = average(points)
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}
