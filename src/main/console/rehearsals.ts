// What a cut would do, before anybody cuts: shown at once, and kept as the signed report of a drill where somebody wants that.
import { err, ok, type Result } from '../../core/result.ts'
import { formatSigned } from '../../core/signed-report.ts'
import { type Millis, millis } from '../../core/units.ts'
import type { Cut } from '../../drills/cut.ts'
import type { EstateRoute } from '../../drills/estate.ts'
import { rehearse } from '../../drills/powers/rehearsal.ts'
import type { Scenario } from '../../drills/scenario.ts'
import { headline } from '../../drills/words.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { cutSubject } from '../cut-names.ts'
import { withoutCut } from '../drill-ground.ts'
import { keepDrill, stageOf } from '../drill-run.ts'
import type { ExposureBook, ExposureFigures } from './exposure-figures.ts'
import type { ConsoleGround } from './ground.ts'
import { basisOf, whereIs } from './map-ground.ts'

type Route = 'GET /rehearsals/{subject}' | 'POST /rehearsals/{subject}/report'

export const rehearsalHandlers = (ground: ConsoleGround, book: ExposureBook): Pick<Handlers, Route> => ({
  'GET /rehearsals/{subject}': async ({ path }, who) => {
    const subject = named(ground, path.subject)
    const figures = await book.read(who)
    if (!subject.ok) return subject
    return figures.ok ? ok(rehearsalOf(ground, figures.value, subject.value)) : figures
  },
  'POST /rehearsals/{subject}/report': async ({ path }, who) => {
    const subject = named(ground, path.subject)
    const figures = await book.read(who)
    if (!subject.ok) return subject
    return figures.ok ? keepReport(ground, figures.value, subject.value, who) : figures
  },
})

/** What is really cut now. */
const cutsNow = ({ governing }: ConsoleGround): readonly string[] => governing.cutting.inForce.list().map(({ subject }) => subject)

const named = ({ exchange }: ConsoleGround, text: string): Result<string, ConsoleFailure> => {
  const { loaded, law } = exchange()
  const subject = cutSubject(text, loaded.configuration, law)
  return subject.ok ? subject : err({ kind: 'not-found', message: subject.error.message })
}

const rehearsalOf = (console: ConsoleGround, figures: ExposureFigures, subject: string): Answer<'GET /rehearsals/{subject}'> => {
  const { estate } = figures.ground
  const cuts = cutsNow(console)
  const { effects, takesOut, doubtful, ...sums } = rehearse(cutOf(subject), withoutCut(cuts, estate), figures.window.traffic)
  const names = new Set(effects.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])))
  return {
    subject,
    basis: basisOf(figures),
    ...sums,
    effects: effects.map(({ to, cost, ...effect }) => ({
      ...effect,
      to: to ?? null,
      cost: cost === undefined ? null : { before: cost.before, after: cost.after ?? null },
    })),
    routes: [...names].flatMap((name) => {
      const route = estate.routes.get(name)
      return route === undefined ? [] : [routeOf(console, figures, route)]
    }),
    takesOut: [...takesOut],
    doubtful: [...doubtful],
    cuts: [...cuts],
  }
}

const routeOf = (
  { health, exchange, snapshot }: ConsoleGround,
  { ground }: ExposureFigures,
  route: EstateRoute,
): Answer<'GET /rehearsals/{subject}'>['routes'][number] => {
  const first = health.condition(route.name, exchange().clock())?.timeToFirstToken
  return {
    name: route.name,
    country: whereIs([route], ground).country,
    price: { input: route.price.input, output: route.price.output },
    firstTokenMs: first === undefined ? null : Math.round(first),
    quality: snapshot().endpoints.get(route.endpoint)?.models.get(route.model)?.quality ?? null,
  }
}

/** A cut of the exchange as drills know it. */
const cutOf = (subject: string): Cut => {
  const name = subject.slice(subject.indexOf(':') + 1)
  if (subject.startsWith('endpoint:')) {
    const slash = name.indexOf('/')
    return slash < 0
      ? { kind: 'endpoint', endpoint: name }
      : { kind: 'endpoint', endpoint: name.slice(0, slash), model: name.slice(slash + 1) }
  }
  // Whoever cuts a model stops asking for it, wherever it answers.
  if (subject.startsWith('model:')) return { kind: 'model', model: subject, licence: true }
  return { kind: 'actor', actor: subject, power: 'stop' }
}

const keepReport = async (
  console: ConsoleGround,
  { ground: { estate }, window }: ExposureFigures,
  subject: string,
  who: Visitor,
): Promise<Result<Answer<'POST /rehearsals/{subject}/report'>, ConsoleFailure>> => {
  if (!/^(?:country|entity|endpoint):[^/]+$/.test(subject))
    return err({ kind: 'refused', message: `a drill cuts a country, an entity or a whole endpoint, not \`${subject}\`` })
  const { loaded, law, clock, paths } = console.exchange()
  const stage = stageOf(loaded, law, { window, cuts: cutsNow(console), estate })
  if (!stage.ok) return err({ kind: 'unavailable', message: stage.error.message })
  const started = clock()
  const kept = await keepDrill({ scenario: scenarioOf(subject), started }, stage.value, {
    operate: async (name, input) => {
      const answer = await console.operate(name, input, who)
      return answer.ok ? answer : err({ kind: 'unavailable', message: answer.error.message })
    },
    paths,
  })
  if (!kept.ok) return err({ kind: 'unavailable', message: kept.error.message })
  const { report, note, index } = kept.value
  return ok({
    drill: report.scenario.id,
    started,
    record: index,
    sentence: headline(report).sentence,
    report: formatSigned({ report, note }),
  })
}

const AT_ONCE: Millis = millis(0)
const LONGEST_ID = 63

/** The rehearsed cut as a scenario of its own: it happened to nobody, and has no source but whoever rehearsed it. */
const scenarioOf = (subject: string): Scenario => ({
  id: `cut-${subject.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, LONGEST_ID),
  title: `${subject} is cut`,
  happened: 'Nothing: it was rehearsed from the map.',
  trigger: `somebody cuts \`${subject}\`, or it uses its power to stop`,
  steps: [{ do: 'cut', target: subject, power: 'stop', shows: 'unreachable', services: [], for: 'everyone', after: AT_ONCE }],
  beyond: [],
  sources: [],
})
