// Files at addresses that the owner lists, each fetched once, with the reservation of rights that its place declares at that moment.
import { ok, type Result } from '../core/result.ts'
import { dayOf } from '../core/units.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { WebListDeclaration } from '../corpus/read/declaration.ts'
import type { Fetched, FetchedOrMissed } from '../corpus/read/fetched.ts'
import { stricter, tdmValue } from '../corpus/read/reservations.ts'
import { mayCrawl, type Robots } from '../corpus/read/robots.ts'
import { parseTdmRules, type TdmRules, tdmReserved } from '../corpus/read/tdmrep.ts'
import { robotsOf } from '../corpus/read/warc.ts'
import type { Reservation } from '../corpus/terms.ts'
import { Fetcher } from './corpus-fetch.ts'
import { type FetchGround, orMissed } from './corpus-object-storage.ts'

/** RFC 9309 asks for 500 KiB at least. */
const LONGEST_RULES = 1 << 20
const NO_HEADERS = () => ({})

/** `agents`: in whose name robots.txt is asked. What was fetched before is not asked for again: to have it anew, its file is deleted. */
export const fetchList = async (
  declared: WebListDeclaration,
  agents: readonly string[],
  ground: FetchGround,
): Promise<Result<readonly FetchedOrMissed[], CorpusFailure>> => {
  const fetcher = new Fetcher({ ...declared, ...ground })
  const rules = new Map<string, HostRules>()
  try {
    const all: FetchedOrMissed[] = []
    for (const address of declared.addresses) {
      const url = new URL(address)
      const path = pathOf(url)
      const known = ground.files.find(path)
      if (!known.ok) return known
      if (known.value === undefined && !rules.has(url.origin)) rules.set(url.origin, await rulesOf(url, agents, fetcher))
      const fetched =
        known.value === undefined ? await fetchOne(url, path, { fetcher, rules: rules.get(url.origin), ground }) : ok(known.value)
      const came = orMissed(fetched, path, ground.files)
      if (!came.ok) return came
      all.push(came.value)
    }
    return ok(all)
  } finally {
    await fetcher.close()
  }
}

const pathOf = (url: URL): string => `${url.host}${url.pathname}${url.search}`

type HostRules = { readonly robots: Robots | undefined; readonly tdm: TdmRules | undefined }

/** A place that does not answer for its rules has said nothing: not known, which permits nothing. */
const rulesOf = async (url: URL, agents: readonly string[], fetcher: Fetcher): Promise<HostRules> => {
  const robots = await fetcher.text(new URL('/robots.txt', url), NO_HEADERS, LONGEST_RULES)
  const tdm = await fetcher.text(new URL('/.well-known/tdmrep.json', url), NO_HEADERS, LONGEST_RULES)
  return {
    robots: robots.ok ? robotsOf({ status: robots.value.status, body: Buffer.from(robots.value.text) }, agents) : undefined,
    tdm: tdm.ok && tdm.value.status === 200 ? parseTdmRules(tdm.value.text) : undefined,
  }
}

type One = { readonly fetcher: Fetcher; readonly rules: HostRules | undefined; readonly ground: FetchGround }
const fetchOne = async (url: URL, path: string, { fetcher, rules, ground }: One): Promise<Result<Fetched, CorpusFailure>> => {
  const draft = ground.files.draft(path)
  if (!draft.ok) return draft
  const head = await fetcher.into(url, NO_HEADERS, draft.value)
  if (!head.ok) {
    draft.value.abandon()
    return head
  }
  const { headers } = head.value
  const fetched = ground.clock()
  const changed = Date.parse(headers.get('last-modified') ?? '')
  const asOf = dayOf(fetched)
  const place = url.pathname + url.search
  const header = reservationOf(tdmValue(headers.get('tdm-reservation')), asOf)
  const listed = reservationOf(rules?.tdm && tdmReserved(rules.tdm, place), asOf)
  const robots: Reservation | null = rules?.robots ? { found: 'robots.txt', reserved: !mayCrawl(rules.robots, place), asOf } : null
  const reservation = stricter(stricter(header, listed), robots)
  return draft.value.finish({ time: Number.isNaN(changed) ? fetched : changed, fetched, tag: headers.get('etag') ?? null, reservation })
}

const reservationOf = (reserved: boolean | undefined, asOf: Reservation['asOf']): Reservation | null =>
  reserved === undefined ? null : { found: 'tdmrep', reserved, asOf }
