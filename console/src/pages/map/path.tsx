// The rows that lead from an endpoint to whoever holds a power over it, in words.
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { formatCountry, formatDay, formatPercent } from '../../format.ts'
import { usePlaceOf } from '../../places.ts'
import { PlaceShape } from '../../ui/place.tsx'
import type { WordId } from '../../words/ids.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './path.module.css'

type Country = Answer<'GET /map/countries/{country}'>
export type Fact = Country['facts'][number]
export type Way = Country['powers']['see']['ways'][number]

const VERBS = [
  'located-in',
  'offered-in',
  'operated-by',
  'hosted-on',
  'fronted-by',
  'identity-by',
  'dns-by',
  'colocation-by',
  'support-from',
  'depends-on-technology-of',
  'routes-to',
  'falls-back-to',
  'operated-on-behalf-by',
  'established-in',
  'headquartered-in',
  'owned-by',
  'controlled-by',
  'renamed-to',
  'developed-by',
  'custody',
  'serves',
  'chips-by',
] as const
const isVerb = (predicate: string): predicate is (typeof VERBS)[number] => (VERBS as readonly string[]).includes(predicate)

/** What stands behind the colon of a reference; a country by its name. */
const nameOf = (reference: string): string =>
  reference.startsWith('country:')
    ? formatCountry(reference.slice('country:'.length))
    : reference.replace(/^(entity|endpoint|model|group|region|bloc):/, '')

/** “operated by example”: the predicate and whom it names. A predicate of a newer exchange stands as it is. */
export const Verb = ({
  predicate,
  object,
  share,
}: {
  readonly predicate: string
  readonly object: string
  readonly share?: Fact['share']
}) => {
  const id: WordId = isVerb(predicate) ? `map.verb.${predicate}` : 'map.verb.other'
  const much = typeof share === 'number' ? ` (${formatPercent(share / 100)})` : ''
  return (
    <>
      <Sentence id={id} values={{ object: nameOf(object), predicate }} parts={[<bdi key="object" />]} />
      {much}
    </>
  )
}

/** Facts that are missing of one endpoint; its own page has them all. */
const FIRST_FACTS = 3

/** An endpoint, and each row from it to the country: who says so, of which day, and how sure. */
export const Path = ({
  way,
  facts,
  country,
}: {
  readonly way: Way
  readonly facts: ReadonlyMap<string, Fact>
  readonly country: string
}) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  const steps = way.path.flatMap((id) => facts.get(id) ?? [])
  return (
    <ol className={style.path}>
      <li className={style.step}>
        <span className={style.name}>
          <bdi>{way.endpoint}</bdi>
        </span>
        <span className={style.source}>{say('map.of-all', { share: formatPercent(way.share) })}</span>
      </li>
      {steps.map((fact, index) => (
        <li key={fact.id} className={style.step}>
          <span className={style.name}>
            {index === steps.length - 1 && country !== 'unknown' && <PlaceShape place={placeOf(country)} />}
            <Verb predicate={fact.predicate} object={fact.object} share={fact.share} />
          </span>
          <Source fact={fact} />
        </li>
      ))}
      {country === 'unknown' && (
        <li className={style.step}>
          <span className={style.name}>
            <PlaceShape place="unknown" />
            {say('map.not-documented')}
          </span>
          {way.missing.slice(0, FIRST_FACTS).map((fact) => (
            <code key={fact} className={style.missing} dir="ltr">
              {fact}
            </code>
          ))}
          {way.missing.length > FIRST_FACTS && (
            <span className={style.source}>{say('map.more-facts', { count: way.missing.length - FIRST_FACTS })}</span>
          )}
        </li>
      )}
    </ol>
  )
}

const Source = ({ fact: { source, asOf, evidence, stale, origin } }: { readonly fact: Fact }) => {
  const say = useSay()
  const said = `${formatDay(asOf)}, ${say(`map.evidence.${evidence}`)}${stale ? `, ${say('map.stale')}` : ''}`
  const isAddress = /^https?:\/\//.test(source)
  return (
    <span className={style.source}>
      {isAddress ? (
        <a href={source} rel="noreferrer" title={source}>
          <bdi>{hostOf(source)}</bdi>
        </a>
      ) : (
        <bdi dir="auto">{origin === 'configuration' ? say('map.configuration') : source}</bdi>
      )}{' '}
      {said}
    </span>
  )
}
const hostOf = (address: string): string => URL.parse(address)?.hostname.replace(/^www\./, '') ?? address
