import { percent } from '../html.ts'
import type { Report } from '../report.ts'
import { moneyText } from '../words.ts'
import type { Measured } from './measured.ts'

export const ENDED: Readonly<Record<Measured['ended'], string>> = {
  'time-over': 'its time was over',
  aborted: 'somebody ended it',
  'too-many-failures': 'too many calls failed',
  closing: 'the exchange closed',
}

/** `120 ms`, `1.4 s`. */
export const timeText = (milliseconds: number | null): string =>
  milliseconds === null ? 'not seen' : milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`

/** From when on, after the first fault. */
export const fromText = (milliseconds: number | null): string =>
  milliseconds === null ? 'never' : milliseconds === 0 ? 'all along' : `after ${timeText(milliseconds)}`

export const trafficText = ({ traffic: { share, rate, mix, load } }: Measured): string =>
  [
    ...(share > 0 ? [`${percent(share, 1)} of the real calls`] : []),
    ...(rate > 0 ? [`${rate} ${mix === 'replayed' ? 'calls a second in the mix of the log' : 'made-up calls a second'}`] : []),
    ...(load === 1 ? [] : [`${load} times as many while it lasts`]),
  ].join(', ')

/** What was measured, for a terminal. Lines without an end. */
export const liveText = (measured: Measured, currency: Report['currency']): readonly string[] => {
  const { phases, detected, recovered, back, faults, quality } = measured
  const { before, during, after } = phases
  const three = (of: (phase: typeof before) => string) => `${of(before)} before, ${of(during)} during, ${of(after)} after`
  return [
    `  traffic           ${trafficText(measured)}; ended because ${ENDED[measured.ended]}`,
    ...faults.map(({ route, shows, for: whom, injected }) => `  ${route} ${shows} for ${whom}: met by ${injected} requests`),
    `  answered          ${three(({ answered, calls }) => `${answered} of ${calls}`)}`,
    `  failed            ${three(({ failed }) => String(failed))}`,
    `  refused           ${three(({ refused }) => String(refused))}`,
    `  p50, p99          ${three(({ p50, p99 }) => `${timeText(p50)}, ${timeText(p99)}`)}`,
    `  cost              ${three(({ cost }) => moneyText(cost, currency))}`,
    `  detected after    ${detected === null ? 'not seen' : `${timeText(detected.after)} (${detected.how.replace('-', ' ')}, ${detected.route})`}`,
    `  no call fails     ${fromText(recovered.failures)}`,
    `  as fast as before ${fromText(recovered.latency)}`,
    `  back after        ${timeText(back)}`,
    ...during.by.map(({ route, calls }) => `  answered by       ${route}: ${calls}`),
    ...during.why.map(({ why, calls }) => `  not answered      ${why}: ${calls}`),
    ...quality.map(
      ({ alias, language, before, during }) =>
        `  right answers     ${alias}, ${language}: ${before.right} of ${before.asked} before, ${during.right} of ${during.asked} during`,
    ),
  ]
}
