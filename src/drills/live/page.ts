// What a live drill measured, as part of the page of its report.
import { bar, card, html, list, type Markup, NOTHING, percent, placeMark, prose, table } from '../html.ts'
import type { Report } from '../report.ts'
import { moneyText, placeOf } from '../words.ts'
import type { Measured } from './measured.ts'
import { PHASES, type Phase } from './measuring.ts'
import { ENDED, fromText, timeText, trafficText } from './words.ts'

/** What a person looks for first. */
export const liveFigures = ({ phases: { before, during }, detected, recovered }: Measured): Markup => html`<section class="card figures">
<div><span class="small">Calls answered while it lasted</span><strong>${percent(during.answered, during.calls)}</strong><span class="small">before ${percent(before.answered, before.calls)}; of ${during.calls} calls</span></div>
<div><span class="small">Calls that failed</span><strong>${during.failed}</strong><span class="small">before ${before.failed}; ${during.refused} more were refused by law or limits</span></div>
<div><span class="small">Detected after</span><strong>${detected === null ? 'not' : timeText(detected.after)}</strong><span class="small">${detected === null ? 'no breaker opened' : `${detected.how.replace('-', ' ')}, ${detected.route}`}</span></div>
<div><span class="small">No call failed any more</span><strong>${fromText(recovered.failures)}</strong><span class="small">from the first fault on; as fast as before ${fromText(recovered.latency)}</span></div>
</section>
`

export const liveCards = ({ live, currency, served }: Report): Markup =>
  live === undefined ? NOTHING : html`${course(live, currency)}${answering(live, served)}${injected(live)}${reasons(live)}${quality(live)}`

const HEADS: Readonly<Record<Phase, string>> = { before: 'Before', during: 'While it lasted', after: 'After' }

const course = (live: Measured, currency: string): Markup => {
  const row = (name: string, of: (phase: Measured['phases'][Phase]) => string) => [
    html`${name}`,
    ...PHASES.map((phase) => html`${of(live.phases[phase])}`),
  ]
  const rows = [
    row('Watched for', ({ took }) => timeText(took)),
    row('Calls', ({ calls }) => String(calls)),
    row('Answered', ({ answered, calls }) => `${answered}, ${percent(answered, calls)}`),
    row('Failed', ({ failed }) => String(failed)),
    row('Refused by law or limits', ({ refused }) => String(refused)),
    row('Callers that left', ({ gone }) => String(gone)),
    row('Half were answered within', ({ p50 }) => timeText(p50)),
    row('99 of 100 within', ({ p99 }) => timeText(p99)),
    row('Cost', ({ cost }) => moneyText(cost, currency)),
  ]
  const back =
    live.back === null
      ? 'What was taken away was not seen to answer again.'
      : `What was taken away answered again ${timeText(live.back)} after the end.`
  return card(
    'What was measured',
    html`<p class="second">${trafficText(live)}. It ended because ${ENDED[live.ended]}.${live.sandbox ? ' Simulations on this machine stood for the endpoints outside.' : ''} ${back}</p>
${table('Measured', ['', ...PHASES.map((phase) => HEADS[phase])], rows)}`,
  )
}

const answering = ({ phases }: Measured, served: Report['served']): Markup => {
  const names = new Set(PHASES.flatMap((phase) => phases[phase].by.map(({ route }) => route)))
  const rows = [...names].map((name) => {
    const route = served.find((each) => each.route === name)
    const place = placeOf(served, name)
    return [
      html`${placeMark(place)}${name}`,
      html`${route?.see.join(' ') || 'nobody'}`,
      html`${route?.stop.join(' ') || 'nobody'}`,
      ...PHASES.map((phase) => {
        const calls = phases[phase].by.find((each) => each.route === name)?.calls ?? 0
        const { answered } = phases[phase]
        return html`${calls}<br>${bar(answered === 0 ? 0 : calls / answered, place)}`
      }),
    ]
  })
  return card(
    'Who answered, and under whose law',
    table('Who answered', ['Route', 'Can see', 'Can stop', ...PHASES.map((phase) => HEADS[phase])], rows),
  )
}

const injected = ({ faults }: Measured): Markup =>
  card(
    'What was injected',
    table(
      'Faults',
      ['Route', 'Shows itself as', 'For', 'Requests that met it'],
      faults.map(({ route, shows, says, for: whom, injected }) => [
        html`${route}`,
        html`${shows.replace('http-', 'status ')}${says === '' ? '' : html` <span class="small">“${says}”</span>`}`,
        html`${whom}`,
        html`${injected}`,
      ]),
    ),
  )

const reasons = ({ phases }: Measured): Markup =>
  card(
    'Why calls had no answer',
    list(PHASES.flatMap((phase) => phases[phase].why.map(({ why, calls }) => html`${HEADS[phase]}: ${prose(why)}, ${calls}`))),
  )

const quality = ({ quality }: Measured): Markup =>
  card(
    'Questions asked before and while it lasted',
    table(
      'Questions',
      ['Alias', 'Language', 'Right before', 'Right while it lasted'],
      quality.map(({ alias, language, before, during }) => [
        html`${alias}`,
        html`${language}`,
        html`${before.right} of ${before.asked}`,
        html`${during.right} of ${during.asked}`,
      ]),
    ),
  )
