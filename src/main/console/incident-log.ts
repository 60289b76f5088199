// Incidents as the log has them, and what was done about each.
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import type { StoredEvent } from '../../store/activity.ts'
import type { Exchange } from '../exchange.ts'
import { textsIn } from '../members.ts'
import { readRecord } from '../orphans.ts'

export type Incident = Answer<'GET /home'>['incidents'][number]
export type Acknowledgement = NonNullable<Incident['acknowledged']>

export const INCIDENT_KINDS = ['incident', 'cut', 'restore'] as const
/** Acknowledgements that are looked through. Whoever writes more of them than this has others to talk to. */
const MOST_NOTES = 1000
/** Records never change, so what was read once is kept; this many, so that nothing grows. */
const KEPT = 2000

/** What stops calls, or sends them where nobody wanted them. */
const CRITICAL: ReadonlySet<string> = new Set(['place-contradicted', 'records-unreadable', 'engine-failed', 'cut'])
/** Good news. */
const NOTICE: ReadonlySet<string> = new Set(['cut-ended', 'engine-restarted', 'restore'])

/** Reads incidents off the log, newest first. */
export class IncidentLog {
  readonly #exchange: () => Exchange
  readonly #records = new Map<number, JsonObject>()

  constructor(exchange: () => Exchange) {
    this.#exchange = exchange
  }

  /** Those of these kinds below an entry. */
  async read(
    kinds: readonly string[],
    limit: number,
    before?: number,
  ): Promise<Result<{ readonly incidents: readonly Incident[]; readonly more: boolean }, ConsoleFailure>> {
    const events = this.#exchange().store.activity.events(kinds, limit + 1, before)
    if (!events.ok) return unavailable(events.error.message)
    const notes = await this.notes()
    if (!notes.ok) return notes
    const incidents: Incident[] = []
    for (const event of events.value.slice(0, limit)) {
      const record = await this.record(event.entry)
      if (!record.ok) return record
      incidents.push(incidentOf(event, record.value, notes.value.get(event.entry)))
    }
    return ok({ incidents, more: events.value.length > limit })
  }

  /** What was written about each incident last, by its entry. */
  async notes(): Promise<Result<ReadonlyMap<number, Acknowledgement>, ConsoleFailure>> {
    const events = this.#exchange().store.activity.events(['acknowledgement'], MOST_NOTES)
    if (!events.ok) return unavailable(events.error.message)
    const notes = new Map<number, Acknowledgement>()
    for (const { entry, time } of events.value) {
      const record = await this.record(entry)
      if (!record.ok) return record
      const { incident, by, note } = record.value
      // Newest first: the first that is found is what holds.
      if (typeof incident === 'number' && !notes.has(incident))
        notes.set(incident, { by: textsIn(by).join(', '), time, note: typeof note === 'string' ? note : '' })
    }
    return ok(notes)
  }

  async record(entry: number): Promise<Result<JsonObject, ConsoleFailure>> {
    const known = this.#records.get(entry)
    if (known !== undefined) return ok(known)
    const record = await readRecord(this.#exchange().ledger, entry)
    if (!record.ok) return unavailable(record.error)
    if (this.#records.size >= KEPT) this.#records.clear()
    this.#records.set(entry, record.value)
    return record
  }
}

const unavailable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unavailable', message })

/** Drills, an unreadable record and an engine speak of different things; each has one that it is about. */
export const incidentOf = ({ entry, kind, time }: StoredEvent, record: JsonObject, acknowledged: Acknowledgement | undefined): Incident => {
  const { what, endpoint, model, subject, schedule, message, reason, by } = record
  const named = kind === 'incident' ? String(what ?? 'incident') : kind
  const about = [subject, endpoint === undefined ? undefined : join(endpoint, model), schedule].find((each) => typeof each === 'string')
  return {
    entry,
    time,
    kind: kind as Incident['kind'],
    what: named,
    severity: CRITICAL.has(named) ? 'critical' : NOTICE.has(named) ? 'notice' : 'warning',
    subject: typeof about === 'string' ? about : '',
    message: [message, reason].find((each) => typeof each === 'string' && each !== '')?.toString() ?? '',
    by: [...textsIn(by)],
    acknowledged: acknowledged ?? null,
  }
}
const join = (endpoint: unknown, model: unknown): string => `endpoint:${String(endpoint)}${typeof model === 'string' ? `/${model}` : ''}`

/** Members of a record that say more than the incident itself, in order of their names. */
export const detailsOf = (record: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([name, value]) => !KNOWN.has(name) && value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => [name, isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)]),
  )
const KNOWN: ReadonlySet<string> = new Set([
  'v',
  'n',
  'stream',
  'time',
  'kind',
  'what',
  'message',
  'reason',
  'by',
  'subject',
  'endpoint',
  'model',
])
