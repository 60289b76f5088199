import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Citation } from '../neutral.ts'
import type { Extras, Leftovers } from './places.ts'

const WEB = 'web_search_result_location'
const SEARCH = 'search_result_location'

/** Reads one citation: what it quotes and from where. Its position in the source has no neutral place and is kept beside. */
export const decodeCitation = (wire: Members, place: string, leftovers: Leftovers): Citation => {
  const type = wire.text('type') ?? WEB
  const url = type === SEARCH ? wire.text('source') : wire.text('url')
  const title = type === WEB || type === SEARCH ? wire.text('title') : wire.text('document_title')
  const quoted = wire.text('cited_text')
  const position = wire.rest() ?? {}
  const bare = type === WEB && (position.encrypted_index ?? '') === ''
  if (!bare) leftovers.keep(place, { type, ...position })
  return defined({ url: url || undefined, title, quoted: quoted || undefined })
}

/**
 * Writes one citation. Without the endpoint's own position it can only be shown to a caller, as a find on the web; an endpoint would
 * refuse it.
 */
export const encodeCitation = (
  citation: Citation,
  place: string,
  extras: Extras,
  to: 'caller' | 'endpoint',
  losses: Losses,
): JsonObject[] => {
  const { type, ...position } = extras.at(place)
  if (type === undefined && to === 'endpoint') {
    losses.dropped('constraint', place, 'a citation can only be sent back to the endpoint that made it')
    return []
  }
  if (citation.from !== undefined) losses.dropped('hint', `${place}/from`, 'a citation stands for the whole of its text')
  if (citation.to !== undefined) losses.dropped('hint', `${place}/to`, 'a citation stands for the whole of its text')
  for (const name of ['url', 'quoted'] as const)
    if (citation[name] === '') losses.dropped('hint', `${place}/${name}`, 'an empty text is the same as none')
  return [{ type: type ?? WEB, cited_text: citation.quoted ?? '', ...source(citation, type, place, losses), ...position }]
}

const source = ({ url, title: named }: Citation, type: JsonObject[string] | undefined, place: string, losses: Losses): JsonObject => {
  const title = named ?? null
  if (type === undefined) return { url: url ?? '', title, encrypted_index: '' }
  if (type === WEB) return { url: url ?? '', title }
  if (type === SEARCH) return { source: url ?? '', title }
  if (url !== undefined) losses.dropped('constraint', `${place}/url`, 'a citation of a document has no address')
  return { document_title: title }
}
