import { err, ok, type Result } from '../../core/result.ts'
import { isInForce } from '../../gateway/cuts.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import type { Configuration } from '../config-schema.ts'
import { isLine } from '../members.ts'
import { record } from '../record.ts'
import type { ConsoleGround } from './ground.ts'
import { detailsOf, INCIDENT_KINDS, type Incident, type IncidentLog } from './incident-log.ts'

type Routes = 'GET /incidents' | 'GET /incidents/{entry}' | 'POST /incidents/{entry}/acknowledgement'
type Found = Result<Answer<'GET /incidents'>, ConsoleFailure>

const PAGE = 50
/** What a filter leaves out is read too; more pages than this are not, and `next` goes on from there. */
const MOST_PAGES = 10
const NEWEST = 100
const LONGEST_NOTE = 500

export const incidentHandlers = (ground: ConsoleGround, log: IncidentLog): Pick<Handlers, Routes> => ({
  'GET /incidents': ({ query }) => list(ground, log, query),
  'GET /incidents/{entry}': ({ path: { entry } }) => one(ground, log, Number(entry)),
  'POST /incidents/{entry}/acknowledgement': ({ path: { entry }, body: { note } }, who) =>
    acknowledge(ground, log, Number(entry), note.trim(), who),
})

const list = async ({ exchange }: ConsoleGround, log: IncidentLog, query: Question<'GET /incidents'>['query']): Promise<Found> => {
  const kinds = query.kind === undefined ? INCIDENT_KINDS : [query.kind]
  const fits = ({ severity, acknowledged, kind }: Incident): boolean =>
    (query.severity === undefined || severity === query.severity) &&
    (query.open !== 'true' || (acknowledged === null && kind === 'incident' && severity !== 'notice'))
  const incidents: Incident[] = []
  let { before } = query
  for (let page = 0; page < MOST_PAGES && incidents.length < PAGE; page++) {
    const read = await log.read(kinds, PAGE, before)
    if (!read.ok) return read
    incidents.push(...read.value.incidents.filter(fits))
    before = read.value.more ? read.value.incidents.at(-1)?.entry : undefined
    if (before === undefined) break
  }
  const newest = await log.read(['incident'], NEWEST)
  if (!newest.ok) return newest
  return ok({
    incidents,
    next: before ?? null,
    open: newest.value.incidents.filter(({ acknowledged, severity }) => acknowledged === null && severity !== 'notice').length,
    alerts: alertsOf(exchange().loaded.configuration),
  })
}

/** Where alerts go as the configuration says it; of an address, what could be a secret in it is left out. */
const alertsOf = ({ alerts: { webhooks, mail, budgetShare } }: Configuration): Answer<'GET /incidents'>['alerts'] => ({
  targets: [
    ...webhooks.map(({ url, kinds }) => ({ kind: 'webhook' as const, to: [URL.parse(url)?.host ?? ''], kinds: [...kinds] })),
    ...(mail === undefined ? [] : [{ kind: 'mail' as const, to: [...mail.to], kinds: [...mail.kinds] }]),
  ],
  budgetShare,
})

const one = async (
  { exchange, governing }: ConsoleGround,
  log: IncidentLog,
  entry: number,
): Promise<Result<Answer<'GET /incidents/{entry}'>, ConsoleFailure>> => {
  const known = await find(log, entry)
  if (!known.ok) return known
  const { incident, details } = known.value
  const later = await log.read(INCIDENT_KINDS, NEWEST)
  if (!later.ok) return later
  const now = exchange().clock()
  return ok({
    incident,
    details,
    since: later.value.incidents.filter((each) => each.entry > entry && touches(each.subject, incident.subject)).reverse(),
    cut: governing.cutting.list().some((cut) => isInForce(cut, now) && touches(cut.subject, incident.subject)),
  })
}

/** An endpoint is its models' too: what is done about the one is done about the other. */
const touches = (one: string, other: string): boolean =>
  one !== '' && other !== '' && (one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`))

const find = async (log: IncidentLog, entry: number) => {
  const absent = err<ConsoleFailure>({ kind: 'not-found', message: `the log has no incident at entry \`${entry}\`` })
  if (!Number.isSafeInteger(entry) || entry < 0) return absent
  const at = await log.read(INCIDENT_KINDS, 1, entry + 1)
  if (!at.ok) return at
  const [incident] = at.value.incidents
  if (incident?.entry !== entry) return absent
  const read = await log.record(entry)
  return read.ok ? ok({ incident, details: detailsOf(read.value) }) : read
}

const acknowledge = async (
  { exchange, events }: ConsoleGround,
  log: IncidentLog,
  entry: number,
  note: string,
  { name }: Visitor,
): Promise<Result<{ readonly entry: number }, ConsoleFailure>> => {
  const found = await find(log, entry)
  if (!found.ok) return found
  if (note !== '' && !isLine(note, LONGEST_NOTE))
    return err({ kind: 'unusable', message: `a note is one line of at most ${LONGEST_NOTE} characters` })
  const recorded = await record(exchange(), 'acknowledgement', { incident: entry, by: [name], note })
  if (!recorded.ok) return err({ kind: 'unavailable', message: recorded.error.message })
  // Whoever asks next finds it there: it is in the store once its checkpoint is made.
  const published = await exchange().ledger.publish()
  if (!published.ok) return err({ kind: 'unavailable', message: published.error.message })
  events.publish('incidents')
  return ok({ entry })
}
