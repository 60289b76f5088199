import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { formatCountry, formatDay } from '../../format.ts'
import type { Holders } from '../../ui/index.ts'
import type { WordId } from '../../words/ids.ts'
import { type Say, useSay } from '../../words/words.tsx'

export type EndpointPage = Answer<'GET /endpoints/{name}'>
export type EndpointRow = Answer<'GET /endpoints'>['endpoints'][number]
export type FactRow = EndpointPage['facts'][number]
export type Power = keyof EndpointRow['powers']
type Held = EndpointRow['powers'][Power]

/** What the boxes of powers want: somebody unknown is one of them. */
export const holdersOf = ({ countries, unknown }: Held): Holders => (unknown ? [...countries, 'unknown'] : countries)
export const powersOf = ({ see, stop, change }: EndpointRow['powers']) => ({
  see: holdersOf(see),
  stop: holdersOf(stop),
  change: holdersOf(change),
})

/** A country’s name, or that it is not known. */
export const nameOfMember = (say: Say, jurisdiction: string): string =>
  jurisdiction === 'unknown' ? say('place.unknown') : formatCountry(jurisdiction)

/** A reference of a fact as a reader wants it: countries by their name, everything else without its kind. */
export const nameOfReference = (say: Say, reference: string): string => {
  const colon = reference.indexOf(':')
  const [kind, rest] = colon < 0 ? ['', reference] : [reference.slice(0, colon), reference.slice(colon + 1)]
  if (kind === 'country') return formatCountry(rest)
  if (kind === 'unknown' || reference === 'unknown') return say('place.unknown')
  if (kind === '' && WORDS.includes(reference)) return say(`fact.word.${reference}` as WordId)
  return kind === 'pinned' ? reference : rest
}
const WORDS: readonly string[] = ['self', 'nobody', 'remote', 'customer-choice', 'open', 'closed', 'nothing']

/** Set apart from the words around it, whatever way it is written. */
export const Reference = ({ reference }: { readonly reference: string }) => (
  <bdi title={reference}>{nameOfReference(useSay(), reference)}</bdi>
)

/** A predicate, or a question that is open, as the words between two names. */
export const verbOf = (say: Say, verb: string, isOpen = false): string => say(`${isOpen ? 'question' : 'predicate'}.${verb}` as WordId)

/** A day of the calendar, the same wherever it is read. */
export const Day = ({ day }: { readonly day: string }) => <time dateTime={day}>{formatDay(`${day}T12:00`)}</time>

/** What an endpoint is doing. */
export const Turn = ({ turn }: { readonly turn: EndpointRow['health']['turn'] }) => <>{useSay()(`endpoints.turn.${turn}`)}</>
