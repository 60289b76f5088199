// Who and what drills and exposure speak of, as people read it.
import type { ReactNode } from 'react'
import { formatCountry, formatList } from '../../format.ts'
import { Name, Place, PlaceShape } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'

const countryIn = (name: string): string | undefined => /^(?:country|place):([A-Z]{2})$/.exec(name)?.[1]

/** `country:US` in this language, `entity:example` by its name, whoever nobody knows as such. */
export const sayActor = (say: Say, actor: string): string => {
  const country = countryIn(actor)
  if (country !== undefined) return formatCountry(country)
  if (actor === 'unknown') return say('exposure.somebody-unknown')
  return actor.replace(/^(?:entity|model|licence|endpoint):/, '')
}

/** Countries with their shape; companies and whoever is unknown by name. */
export const Actor = ({ actor }: { readonly actor: string }) => {
  const say = useSay()
  const country = countryIn(actor)
  if (country !== undefined) return <Place country={country} word={false} />
  if (actor !== 'unknown') return <Name>{sayActor(say, actor)}</Name>
  return (
    <span>
      <PlaceShape place="unknown" /> {say('exposure.somebody-unknown')}
    </span>
  )
}

const SHOWN = 4
/** The first few of several, and how many more. */
export const sayActors = (say: Say, actors: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string => {
  const shown = actors.length <= SHOWN + 1 ? actors : actors.slice(0, SHOWN)
  const more = actors.length - shown.length
  const names = shown.map((actor) => sayActor(say, actor))
  return formatList(more === 0 ? names : [...names, say('exposure.more', { count: more })], type)
}

/** What a drill takes away: a name, or everything outside home. */
export const sayTarget = (say: Say, target: string): string =>
  target === 'outside-home' ? say('drills.outside-home') : sayActor(say, target)

const DOES = ['cut', 'price', 'control', 'licence', 'provenance', 'load'] as const
const KINDS = ['country', 'place', 'entity', 'endpoint', 'model'] as const

/** What a step does to what. `busiest`: the kind of thing of which that with most calls is meant. */
export const saySteps = (say: Say, does: string, target: string | null, busiest: string | null = null): string => {
  const known = DOES.find((each) => each === does)
  const kind = KINDS.find((each) => each === busiest)
  const name =
    kind !== undefined
      ? say(`drills.busiest.${kind}`)
      : target === null || target === 'all'
        ? say('drills.nothing')
        : sayTarget(say, target)
  return known === undefined ? `${does} ${name}` : say(`drills.does.${known}`, { what: name })
}

/** Text that others wrote in English, whatever language the page speaks. */
export const Told = ({ children }: { readonly children: ReactNode }) => (
  <span lang="en" dir="auto">
    {children}
  </span>
)
