// Crawls: the pages of a WARC file, each with the reservation of rights that was captured with it.
import { dayOf, epochMillis } from '../../core/units.ts'
import type { Reservation, Terms } from '../terms.ts'
import { readPageText, textReader } from './content.ts'
import { decoded } from './encodings.ts'
import { type HttpMessage, mediaTypeOf, readHttp } from './http-message.ts'
import { readPdf } from './pdf.ts'
import { type FileContext, type Found, MORE, type Place, type Reader, refusal } from './reading.ts'
import { stricter, tdmValue, withReservation } from './reservations.ts'
import { mayCrawl, parseRobots, type Robots } from './robots.ts'
import { parseTdmRules, type TdmRules, tdmReserved } from './tdmrep.ts'
import { type WarcRecord, warcRecords } from './warc-records.ts'
import type { Window } from './window.ts'

type Day = Reservation['asOf']
/** What hosts said when they were crawled; by origin. */
export type CrawlRules = ReadonlyMap<string, HostRules>
type HostRules = { robots?: { readonly rules: Robots; readonly asOf: Day }; tdm?: { readonly rules: TdmRules; readonly asOf: Day } }

/** More are not kept, and what they said is then not known, which permits nothing. */
const MOST_HOSTS = 200_000
const ROBOTS = '/robots.txt'
const TDMREP = '/.well-known/tdmrep.json'

/** First pass over a file: robots.txt and tdmrep.json may stand after the pages that they bind. */
export function* readCrawlRules(window: Window, { declaration }: FileContext): Generator<typeof MORE, CrawlRules, void> {
  const hosts = new Map<string, HostRules>()
  for (const record of warcRecords(window)) {
    if (record === MORE) {
      yield MORE
      continue
    }
    if ('reason' in record || record.headers.get('warc-type') !== 'response') continue
    const url = urlOf(record)
    if (url === undefined || (url.pathname !== ROBOTS && url.pathname !== TDMREP)) continue
    const message = readHttp(record.block)
    const host = hosts.get(url.origin) ?? {}
    if (typeof message === 'string' || (hosts.size >= MOST_HOSTS && !hosts.has(url.origin))) continue
    hosts.set(url.origin, host)
    const asOf = dayOfRecord(record)
    if (url.pathname === ROBOTS) {
      const rules = robotsOf(message, declaration.robots)
      if (rules !== undefined) host.robots ??= { rules, asOf }
    } else {
      const rules = message.status === 200 ? parseTdmRules(message.body.toString('utf8')) : undefined
      if (rules !== undefined) host.tdm ??= { rules, asOf }
    }
  }
  return hosts
}

/** RFC 9309, section 2.3.1: no file is no rule; a server that fails forbids all; anything else is not known. */
export const robotsOf = ({ status, body }: Pick<HttpMessage, 'status' | 'body'>, agents: readonly string[]): Robots | undefined => {
  if (status === 200) return parseRobots(body.toString('utf8'), agents)
  if (status >= 400 && status < 500) return { rules: [] }
  return status >= 500 ? { rules: [{ allow: false, path: '/' }] } : undefined
}

export function* readWarc(window: Window, context: FileContext, rules: CrawlRules): Reader {
  for (const record of warcRecords(window)) {
    if (record === MORE || 'reason' in record) {
      yield record
      continue
    }
    const page = pageOf(record)
    if (page === undefined) continue
    const { offset, length } = record
    const place = { offset, length, name: (record.headers.get('warc-target-uri') ?? '').replace(/^<|>$/g, '') }
    yield typeof page === 'string' ? refusal(place, page) : readPage(context, place, page, termsOf(context.terms, record, page, rules))
  }
}

type Page = {
  readonly type: string
  readonly charset: string | undefined
  readonly body: Buffer
  readonly tdm: string | undefined
  /** Of the capture. */
  readonly time: number
}

/** Undefined for what is no text: requests, pictures, redirections, the crawler’s own notes. */
const pageOf = ({ headers, block }: WarcRecord): Page | string | undefined => {
  const kind = headers.get('warc-type')
  if (kind === 'resource' || kind === 'conversion') {
    const media = mediaTypeOf(headers.get('content-type') ?? '')
    return READ.has(media.type) ? { ...media, body: block, tdm: undefined, time: timeOf(headers) } : undefined
  }
  if (kind !== 'response' || !/^https?:/.test((headers.get('warc-target-uri') ?? '').replace(/^</, ''))) return undefined
  const message = readHttp(block)
  if (typeof message === 'string') return message
  const media = mediaTypeOf(message.headers.get('content-type') ?? '')
  if (message.status !== 200 || !READ.has(media.type) || urlPath(headers) === ROBOTS) return undefined
  return { ...media, body: message.body, tdm: message.headers.get('tdm-reservation'), time: timeOf(headers) }
}
const READ = new Set(['text/html', 'application/xhtml+xml', 'text/plain', 'text/markdown', 'application/pdf'])

const readPage = (context: FileContext, place: Place, { type, charset, body, time }: Page, terms: Terms): Found | Promise<Found> => {
  if (type === 'application/pdf') return readPdf(context, place, body, terms)
  if (type === 'text/html' || type === 'application/xhtml+xml')
    return readPageText(context, place, body, terms, { encoding: charset, time })
  const text = decoded(body, charset)
  if ('reason' in text) return refusal(place, text.reason)
  return textReader(context, type === 'text/markdown' ? 'markdown' : 'text')(place, Buffer.from(text.text), terms)
}

const termsOf = (terms: Terms, record: WarcRecord, { tdm }: Page, rules: CrawlRules): Terms => {
  const url = urlOf(record)
  const host = url && rules.get(url.origin)
  const header = tdmValue(tdm)
  const path = url === undefined ? '/' : url.pathname + url.search
  const byHeader: Reservation | null = header === undefined ? null : { found: 'tdmrep', reserved: header, asOf: dayOfRecord(record) }
  const listed = host?.tdm && tdmReserved(host.tdm.rules, path)
  const byList: Reservation | null = host?.tdm && listed !== undefined ? { found: 'tdmrep', reserved: listed, asOf: host.tdm.asOf } : null
  const byRobots: Reservation | null = host?.robots
    ? { found: 'robots.txt', reserved: !mayCrawl(host.robots.rules, path), asOf: host.robots.asOf }
    : null
  return withReservation(terms, stricter(stricter(byHeader, byList), byRobots))
}

const urlOf = ({ headers }: Pick<WarcRecord, 'headers'>): URL | undefined =>
  URL.parse((headers.get('warc-target-uri') ?? '').replace(/^<|>$/g, '')) ?? undefined
const urlPath = (headers: WarcRecord['headers']): string | undefined => urlOf({ headers })?.pathname

/** Of the capture; a record without a date is as old as can be. */
const timeOf = (headers: WarcRecord['headers']): number => {
  const [day = ''] = /^\d{4}-\d{2}-\d{2}/.exec(headers.get('warc-date') ?? '') ?? []
  const time = Date.parse(day)
  return Number.isNaN(time) ? 0 : time
}
const dayOfRecord = ({ headers }: WarcRecord): Day => dayOf(epochMillis(timeOf(headers)))
