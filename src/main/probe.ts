import type { EndpointId, ModelName } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { ok, type Result } from '../core/result.ts'
import { dayOf, epochMillis, micros } from '../core/units.ts'
import { DIALECTS } from '../gateway/dialects/index.ts'
import { type Change, changesSince, lostSince, sentenceOf } from '../gateway/lab/compare.ts'
import type { Experiment, Subject } from '../gateway/lab/experiment.ts'
import { EXPERIMENTS, GROUNDWORK } from '../gateway/lab/experiments/index.ts'
import { reportPage } from '../gateway/lab/page.ts'
import { type Plan, planOf } from '../gateway/lab/plan.ts'
import { formatFile, type Heading, parseFile, type Report, reportOf } from '../gateway/lab/report.ts'
import { type LabPorts, type Refusal, runLab } from '../gateway/lab/run.ts'
import { sendOver } from '../gateway/lab/wire.ts'
import { stepOf } from '../gateway/prepared.ts'
import type { Endpoint, EndpointModel, Snapshot } from '../gateway/snapshot.ts'
import { authenticatedUpstream } from '../http/authentication/upstream.ts'
import { createUpstream } from '../http/upstream.ts'
import { saveReportFile } from '../store/report-files.ts'
import { EndpointAuthentication } from './authentication.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import type { LoadedConfiguration } from './config.ts'
import { systemClock, systemRandom } from './exchange.ts'
import { digestOf, type KeptReport, labFolder, readReports } from './lab.ts'
import { readLaw } from './law.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf, perform } from './owner.ts'
import { buildSnapshot, type Places } from './snapshot.ts'

/** `allod probe`: what an endpoint really does, measured over its own interface. */
export const probe: Command = {
  name: 'probe',
  summary: 'Measures what an endpoint honours, ignores and rejects. Says what it may cost, and asks, before it starts.',
  usage: [
    'probe <endpoint>[/<model>] [--only CLASS,…] [--yes]',
    'probe --check <endpoint>[/<model>]',
    'probe --page <endpoint>',
    'probe --list',
  ],
  options: {
    only: { value: 'CLASS,…', text: 'only these experiments; see --list' },
    check: { text: 'ask what was asked before; exit code 1 when an answer has changed' },
    page: { text: 'show the newest report as Markdown, without asking anything' },
    list: { text: 'the experiments' },
    yes: { text: 'start without a question' },
    'max-calls': { value: 'N', text: 'refuse to start where more calls could be needed' },
    'max-cost': { value: 'MONEY', text: 'refuse to start where more could be spent, in the currency of the exchange' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['probe mistral --only seed,tool-choice', 'probe mistral --yes --max-cost 0.50', 'probe --check mistral --yes'],
  run: async (given, terminal) => {
    if (given.flag('list')) return list(given, terminal)
    const [named, ...more] = given.positionals
    if (named === undefined || more.length > 0) throw new UsageFailure('give one endpoint, such as `allod probe mistral`')
    if (given.flag('page')) return showPage(named, given, terminal)
    const target = findTarget(named, given, terminal)
    return target === undefined ? EXIT.usage : run(target, given, terminal)
  },
}

const list = (given: Given, terminal: Terminal): ExitCode => {
  const rows = EXPERIMENTS.map(({ id, number, title, steps }) => ({ id, class: number ?? null, title, calls: steps.length }))
  if (given.flag('json')) terminal.out(JSON.stringify(rows, null, 2))
  else
    for (const row of rows)
      terminal.out(`${String(row.class ?? '').padStart(2)}  ${row.id.padEnd(18)} ${String(row.calls).padStart(2)} calls  ${row.title}`)
  return EXIT.ok
}

const showPage = async (named: string, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const [endpoint = '', model] = split(named)
  const { reports, complaints } = await readReports(pathsOf(given), endpoint)
  for (const complaint of complaints) terminal.error(`allod probe: ${complaint}`)
  const newest = reports.findLast(({ report }) => model === undefined || report.model === model)
  if (newest === undefined) {
    terminal.error(`allod probe: \`${named}\` was never probed; run \`allod probe ${named}\``)
    return EXIT.no
  }
  terminal.out(given.flag('json') ? JSON.stringify(newest.report, null, 2) : reportPage(newest.report))
  return EXIT.ok
}

const split = (named: string): [string, string | undefined] => {
  const slash = named.indexOf('/')
  return slash < 0 ? [named, undefined] : [named.slice(0, slash), named.slice(slash + 1)]
}

/** What is to be probed, with everything it takes to speak to it. */
type Target = {
  readonly endpoint: Endpoint
  readonly model: EndpointModel
  readonly snapshot: Snapshot
  /** What each request is authenticated with, where no header does it for all. */
  readonly authentication: EndpointAuthentication
  readonly currency: string
  readonly earlier: readonly KeptReport[]
}

const findTarget = (named: string, given: Given, terminal: Terminal): Omit<Target, 'earlier'> | undefined => {
  const paths = pathsOf(given)
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return undefined
  const [name, model] = split(named)
  const alone = onlyEndpoint(loaded, name)
  const law = readLaw(loaded, dayOf(systemClock()))
  const { environment } = terminal
  const authentication = new EndpointAuthentication({ clock: systemClock, random: systemRandom, environment })
  const places: Places = { engineSocket: (each) => paths.engineSocket(each), simulation: () => undefined, environment, authentication }
  const snapshot = law.ok ? buildSnapshot(alone, law.value, places) : law
  const endpoint = snapshot.ok ? snapshot.value.endpoints.get(name as EndpointId) : undefined
  if (!snapshot.ok || endpoint === undefined) {
    for (const message of snapshot.ok ? [] : snapshot.error.messages) terminal.error(`allod probe: ${message}`)
    return undefined
  }
  const found = model === undefined ? [...endpoint.models.values()][0] : endpoint.models.get(model as ModelName)
  if (found === undefined)
    throw new UsageFailure(`\`${name}\` has no model \`${model ?? ''}\`; it has ${[...endpoint.models.keys()].join(', ')}`)
  return { endpoint, model: found, snapshot: snapshot.value, authentication, currency: loaded.configuration.currency }
}

/** The configuration with this endpoint alone: nobody needs the keys of the others to probe it. */
const onlyEndpoint = (loaded: LoadedConfiguration, name: string): LoadedConfiguration => {
  const { endpoints } = loaded.configuration
  const settings = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
  if (settings !== undefined) return { ...loaded, configuration: { ...loaded.configuration, endpoints: { [name]: settings } } }
  const close = nearest(name, Object.keys(endpoints))
  throw new UsageFailure(`there is no endpoint \`${name}\`${close === undefined ? '' : `; did you mean \`${close}\`?`}`)
}

const run = async (found: Omit<Target, 'earlier'>, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const { reports, complaints } = await readReports(pathsOf(given), found.endpoint.id)
  for (const complaint of complaints) terminal.error(`allod probe: ${complaint}`)
  const target: Target = { ...found, earlier: reports.filter(({ report }) => report.model === found.model.model) }
  const subject = subjectOf(target)
  const experiments = chosen(given, target.earlier)
  const plan = planOf(experiments, subject, found.model.price)
  const refusal = bounded(plan, given, target)
  if (refusal !== undefined) throw new UsageFailure(refusal)
  if (!(await agreed(plan, experiments, target, given, terminal))) return EXIT.no
  return carryOut({ target, subject, experiments, plan }, given, terminal)
}

/** The experiments that were named, or those of earlier runs when they are checked, and always the groundwork. */
const chosen = (given: Given, earlier: readonly KeptReport[]): readonly Experiment[] => {
  const only = given
    .text('only')
    ?.split(',')
    .map((name) => name.trim())
  const strange = only?.find((name) => !EXPERIMENTS.some(({ id }) => id === name))
  if (strange !== undefined) {
    const close = nearest(
      strange,
      EXPERIMENTS.map(({ id }) => id),
    )
    throw new UsageFailure(
      `there is no experiment \`${strange}\`; ${close === undefined ? 'see `allod probe --list`' : `did you mean \`${close}\`?`}`,
    )
  }
  const check = given.flag('check')
  if (check && earlier.length === 0) throw new UsageFailure('there is no earlier run to compare with; probe it without --check first')
  const before = new Set(earlier.flatMap(({ report }) => report.experiments.map(({ id }) => id)))
  const wanted = only ?? (check ? [...before] : undefined)
  return EXPERIMENTS.filter((experiment) => wanted === undefined || GROUNDWORK.includes(experiment) || wanted.includes(experiment.id))
}

const money = (amount: number, currency: string): string => `${(amount / 1e6).toFixed(amount < 10_000 ? 4 : 2)} ${currency}`

const bounded = (plan: Plan, given: Given, { currency }: Target): string | undefined => {
  const [calls, cost] = [given.text('max-calls'), given.text('max-cost')]
  if (calls !== undefined && !/^\d{1,6}$/.test(calls)) return `\`--max-calls ${calls}\` is no number of calls`
  if (cost !== undefined && !/^\d{1,9}(\.\d{1,6})?$/.test(cost)) return `\`--max-cost ${cost}\` is no amount of money`
  if (calls !== undefined && plan.calls > Number(calls))
    return `up to ${plan.calls} calls could be needed, more than --max-calls ${calls}; name fewer experiments with --only`
  if (cost !== undefined && plan.cost > Math.round(Number(cost) * 1e6))
    return `up to ${money(plan.cost, currency)} could be spent, more than --max-cost ${cost}; name fewer experiments with --only`
  return undefined
}

const agreed = async (
  plan: Plan,
  experiments: readonly Experiment[],
  target: Target,
  given: Given,
  terminal: Terminal,
): Promise<boolean> => {
  const { endpoint, model, currency } = target
  const price = model.price.input === 0 && model.price.output === 0 ? '; the configuration names no price for it' : ''
  terminal.error(
    `${endpoint.id}/${model.model}: ${experiments.length} experiments, at most ${plan.calls} calls, ${plan.input} tokens in and ${plan.output} out, ${money(plan.cost, currency)}${price}`,
  )
  if (given.flag('yes')) return true
  if (terminal.ask === undefined) throw new UsageFailure('nobody can be asked here; start with --yes')
  const answer = await terminal.ask({ text: 'Start? [y/N] ' })
  return /^y(?:es)?$/i.test(answer?.trim() ?? '')
}

const subjectOf = ({ endpoint, model, snapshot, authentication }: Target): Subject => {
  const { provider } = endpoint
  return {
    dialect: DIALECTS[endpoint.dialect],
    model: model.nameThere,
    body: provider?.body ?? {},
    profile: provider?.profile,
    place: provider?.place,
    blocs: snapshot.blocs,
    scheme: authentication.of(endpoint) === undefined ? schemeOf(endpoint.authentication) : { kind: 'other', header: undefined },
    streams: 'both',
    streamUsage: 'asked',
    limitMember: undefined,
  }
}

const schemeOf = (authentication: Endpoint['authentication']): Subject['scheme'] => {
  if (authentication.kind !== 'header') return { kind: authentication.kind, header: undefined }
  const bearer = authentication.name === 'authorization' && authentication.value.startsWith('Bearer ')
  return bearer ? { kind: 'bearer', header: undefined } : { kind: 'header', header: authentication.name }
}

type Work = { readonly target: Target; readonly subject: Subject; readonly experiments: readonly Experiment[]; readonly plan: Plan }

/** Asks, keeps what came of it, and compares. Ctrl-C ends the asking; what was heard until then is judged and kept. */
const carryOut = async (work: Work, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const { target, subject, experiments, plan } = work
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  const upstream = createUpstream()
  let opened = 0
  process.on('SIGINT', stop)
  try {
    const ports: LabPorts = {
      open: async () => {
        const answer = await openProbe(work, given, terminal)
        if (answer.ok) opened = answer.value
        return answer.ok ? ok(undefined) : answer
      },
      send: sendOver({
        upstream,
        authenticated: (bare) =>
          authenticatedUpstream(
            bare,
            (endpoint) => target.authentication.of(endpoint),
            () => false,
          ),
        endpoint: target.endpoint,
        dialect: subject.dialect,
        headers: stepOf(target.snapshot, { endpoint: target.endpoint.id, model: target.model.model })?.requestHeaders ?? [],
        reportHeader: subject.profile?.residency?.report?.header,
        clock: systemClock,
        signal: stopping.signal,
      }),
      wait: (time) => wait(time, stopping.signal),
      clock: systemClock,
      stopped: () => stopping.signal.aborted,
      ...(terminal.isTerminal && {
        progress: (experiment, asked) => terminal.error(paint(terminal, 'dim', `${String(asked).padStart(3)}  ${experiment}`)),
      }),
    }
    const done = await runLab(experiments, subject, { maxCalls: plan.calls, maxCost: micros(plan.cost), price: target.model.price }, ports)
    if (!done.ok) return complain(done.error, terminal)
    const report = reportOf(headingOf(target, done.value.started), done.value)
    const file = await keep(report, opened, given, terminal)
    return file === undefined ? EXIT.unavailable : conclude(report, file, target, given, terminal)
  } finally {
    process.off('SIGINT', stop)
    target.authentication.close()
    await upstream.close()
  }
}

const wait = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, time)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

const complain = ({ kind, message }: Refusal, terminal: Terminal): ExitCode => {
  terminal.error(`allod probe: ${message}`)
  return kind === 'refused' ? EXIT.no : EXIT.unavailable
}

const openProbe = async ({ target, experiments, plan }: Work, given: Given, terminal: Terminal): Promise<Result<number, Refusal>> => {
  const announced = { calls: plan.calls, cost: plan.cost, experiments: experiments.map(({ id }) => id) }
  const answer = await perform('probe/open', { endpoint: target.endpoint.id, model: target.model.model, ...announced }, given, terminal)
  if (answer?.ok) return ok(isJsonObject(answer.value) ? Number(answer.value.index) : 0)
  if (answer === undefined) return { ok: false, error: { kind: 'unavailable', message: 'the probe cannot be recorded, so it is not made' } }
  return { ok: false, error: { kind: answer.error.kind === 'unavailable' ? 'unavailable' : 'refused', message: answer.error.message } }
}

const headingOf = ({ endpoint, model }: Target, started: number): Heading => ({
  endpoint: endpoint.id,
  model: model.model,
  modelThere: model.nameThere,
  dialect: endpoint.dialect,
  address: endpoint.baseUrl,
  provider: endpoint.provider?.profile.name ?? null,
  place: endpoint.provider?.place.name ?? null,
  simulated: endpoint.simulated,
  day: dayOf(epochMillis(started)),
})

/** Has the report recorded and signed, and writes its file; undefined after a complaint. */
const keep = async (report: Report, opened: number, given: Given, terminal: Terminal): Promise<string | undefined> => {
  const { endpoint, model, started, ending, spent } = report
  const readable = parseFile(formatFile({ report, note: '' }))
  if (!readable.ok) {
    terminal.error(`allod probe: what the endpoint answered cannot be kept: ${readable.error.message}`)
    return undefined
  }
  const answer = await perform(
    'probe/close',
    { endpoint, model, started, ending, ...spent, opened, digest: digestOf(report) },
    given,
    terminal,
  )
  const note = answer?.ok && isJsonObject(answer.value) && typeof answer.value.note === 'string' ? answer.value.note : undefined
  if (note === undefined) {
    terminal.error(`allod probe: the report could not be signed, and is not kept${answer?.ok === false ? `: ${answer.error.message}` : ''}`)
    return undefined
  }
  const saved = await saveReportFile(
    labFolder(pathsOf(given)),
    { name: endpoint, began: epochMillis(started) },
    formatFile({ report, note }),
  )
  if (saved.ok) return saved.value
  terminal.error(`allod probe: ${saved.error.message}`)
  return undefined
}

const conclude = (report: Report, file: string, target: Target, given: Given, terminal: Terminal): ExitCode => {
  const earlier = target.earlier.map((each) => each.report)
  const changes = changesSince(earlier, report)
  const lost = lostSince(earlier, report)
  if (given.flag('json')) {
    const { transcripts, ...shown } = report
    terminal.out(JSON.stringify({ file, report: { ...shown, transcripts: transcripts.length }, changes, lost }, null, 2))
  } else show(report, file, changes, lost, target, terminal)
  if (report.ending !== 'complete') return EXIT.unavailable
  return given.flag('check') && changes.length > 0 ? EXIT.no : EXIT.ok
}

const COLOURS = { honours: 'green', ignores: 'yellow', rejects: 'red', emulated: 'cyan', unknown: 'dim' } as const
const ENDED = {
  complete: '',
  stopped: 'stopped before its end',
  bound: 'ended at its bound',
  unreachable: 'ended: the endpoint gave no answer to build on',
} as const

const show = (
  report: Report,
  file: string,
  changes: readonly Change[],
  lost: readonly string[],
  target: Target,
  terminal: Terminal,
): void => {
  for (const { id, findings } of report.experiments) {
    terminal.out(paint(terminal, 'bold', id))
    for (const { aspect, verdict, says } of findings)
      terminal.out(`  ${aspect.padEnd(22)} ${paint(terminal, COLOURS[verdict], verdict.padEnd(9))} ${says}`)
  }
  const { calls, input, output, cost } = report.spent
  terminal.out(`\n${calls} calls, ${input} tokens in and ${output} out, ${money(cost, target.currency)}`)
  terminal.out(file)
  if (!report.simulated && Object.keys(report.classes).length > 0) terminal.out('what it says is in force once the exchange is reloaded')
  if (report.ending !== 'complete') terminal.error(`allod probe: ${ENDED[report.ending]}; what was found until then is kept`)
  for (const change of changes) terminal.out(`changed: ${sentenceOf(change)}`)
  if (lost.length > 0) terminal.out(`known before, and not told this time: ${lost.join(', ')}`)
  if (target.earlier.length > 0 && changes.length === 0) terminal.out(`nothing changed since ${target.earlier.at(-1)?.report.day ?? ''}`)
}
