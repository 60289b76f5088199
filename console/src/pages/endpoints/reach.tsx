import { lazy, Suspense, useMemo } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { useSession } from '../../api/session.tsx'
import { formatPercent } from '../../format.ts'
import { placeOf } from '../../places.ts'
import { writeSearch } from '../../search.ts'
import { Button, Card, Disclosure, Name, Place, PlaceShape, POWERS, Segmented, SelectField, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Day, type FactRow, nameOfMember, type Power, Reference, verbOf } from './names.tsx'
import { askedMember, drawnOf, edgesOfPath, type Member, type Node, rowsOfPath } from './paths.ts'
import style from './reach.module.css'
import type { View } from './view.ts'

/** The drawing brings the layout with it, and is a chunk of its own. */
const Graph = lazy(async () => ({ default: (await import('./reach-graph.tsx')).ReachGraph }))
const NOBODY: readonly string[] = []

/** Who holds one power over the endpoint, and why: in a picture, and in words. */
export const Reach = ({ page, search, set }: View) => {
  const say = useSay()
  const here = useSearch()
  const [at] = useLocation()
  const { exchange } = useSession()
  const { power, who } = search
  const { reach, facts } = page
  const member = askedMember(reach, power, who, (country) => placeOf(exchange, country) === 'abroad')
  const path = member?.paths[0] ?? NOBODY
  const asked = useMemo(
    () => (member === undefined ? new Set<never>() : edgesOfPath(reach, power, member, path)),
    [reach, power, member, path],
  )
  const drawn = useMemo(() => drawnOf(reach, power, asked, search.all !== undefined), [reach, power, asked, search.all])
  const hrefOf = ({ id, kind }: Node): string => {
    const patch =
      kind === 'country' || kind === 'unknown'
        ? { who: kind === 'country' ? id.slice('country:'.length) : 'unknown' }
        : { tab: 'facts', about: id }
    return `${at}?${writeSearch(here, patch)}`
  }
  return (
    <>
      <div className={style.ask}>
        <Segmented
          legend={say('endpoint.who-can')}
          legendShown
          value={power}
          onChange={(next) => set({ power: next, who: undefined })}
          choices={POWERS.map((value) => ({ value, label: say(`power.${value}`) }))}
        />
        {page.offered.length > 1 && (
          <SelectField
            label={say('endpoints.model')}
            value={page.model}
            onChange={({ target }) => set({ model: target.value, who: undefined })}
            options={page.offered.map(({ model }) => ({ value: model, label: model }))}
          />
        )}
      </div>
      <Stack>
        <Card title={say('endpoint.holders', { power: say(`power.${power}`) })}>
          <Members members={reach[power]} chosen={member} hrefOf={(jurisdiction) => `${at}?${writeSearch(here, { who: jurisdiction })}`} />
        </Card>
        {member !== undefined && (
          <div className={style.beside}>
            <Card
              flush
              title={say('endpoint.why', { who: nameOfMember(say, member.jurisdiction) })}
              aside={
                (drawn.left > 0 || search.all !== undefined) && (
                  <Button
                    kind="quiet"
                    aria-pressed={search.all !== undefined}
                    onClick={() => set({ all: search.all === undefined ? '1' : undefined })}
                  >
                    {search.all === undefined ? say('endpoint.show-all', { count: drawn.left }) : say('endpoint.show-less')}
                  </Button>
                )
              }
            >
              <Suspense>
                <Graph drawn={drawn} asked={asked} facts={facts} hrefOf={hrefOf} />
              </Suspense>
            </Card>
            <Card title={say('endpoint.in-words')}>
              <Ways member={member} power={power} page={page} />
            </Card>
          </div>
        )}
        <Missing page={page} power={power} />
      </Stack>
    </>
  )
}

const Members = ({
  members,
  chosen,
  hrefOf,
}: {
  readonly members: readonly Member[]
  readonly chosen: Member | undefined
  readonly hrefOf: (jurisdiction: string) => string
}) => {
  const say = useSay()
  if (members.length === 0) return <p>{say('endpoint.nobody')}</p>
  return (
    <ul className={style.members}>
      {members.map(({ jurisdiction }) => (
        <li key={jurisdiction}>
          <Link
            href={hrefOf(jurisdiction)}
            className={style.member}
            {...(chosen?.jurisdiction === jurisdiction ? { 'aria-current': true } : {})}
          >
            <Place country={jurisdiction === 'unknown' ? undefined : jurisdiction} />
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** The shortest way as steps, and the others below it. */
const Ways = ({ member, power, page }: { readonly member: Member; readonly power: Power; readonly page: View['page'] }) => {
  const say = useSay()
  const [first = NOBODY, ...others] = member.paths
  const open = page.reach.missing.find(
    ({ powers, path }) => member.jurisdiction === 'unknown' && powers.includes(power) && path.join(' ') === first.join(' '),
  )
  return (
    <>
      <ol className={style.steps}>
        {rowsOfPath(page.facts, first).map((fact) => (
          <Step key={fact.id} fact={fact} />
        ))}
        {open !== undefined && (
          <li className={style.step}>
            <Reference reference={open.subject} /> {verbOf(say, open.question, true)} <PlaceShape place="unknown" /> {say('place.unknown')}
          </li>
        )}
      </ol>
      {others.length > 0 && (
        <div className={style.ways}>
          <Disclosure summary={say('endpoint.more-paths', { count: others.length })}>
            {others.map((path) => (
              <ol key={path.join(' ')} className={style.steps}>
                {rowsOfPath(page.facts, path).map((fact) => (
                  <Step key={fact.id} fact={fact} />
                ))}
              </ol>
            ))}
          </Disclosure>
        </div>
      )}
    </>
  )
}

const Step = ({ fact }: { readonly fact: FactRow }) => {
  const say = useSay()
  return (
    <li className={style.step}>
      <Reference reference={fact.subject} /> {verbOf(say, fact.predicate)}{' '}
      <strong>
        <Reference reference={fact.object} />
      </strong>
      {fact.share !== null && <> ({shareOf(fact.share)})</>}
      <span className={style.source}>
        {say(`evidence.${fact.evidence}`)} · <Day day={fact.asOf} /> {fact.stale && <>· {say('fact.stale')} </>}· <bdi>{fact.source}</bdi>
      </span>
    </li>
  )
}
export const shareOf = (share: number | string): string => (typeof share === 'number' ? formatPercent(share / 100) : share)

/** Why somebody unknown is a member, and which row would end that. */
const Missing = ({ page: { reach }, power }: { readonly page: View['page']; readonly power: Power }) => {
  const say = useSay()
  const open = reach.missing.filter(({ powers }) => powers.includes(power))
  if (open.length === 0) return null
  return (
    <Card title={say('endpoint.unknown-title', { count: open.length })}>
      <ul className={style.missing}>
        {open.map(({ subject, question, fact, because }) => (
          <li key={`${subject} ${question}`}>
            <Reference reference={subject} /> {verbOf(say, question, true)}: <span dir="auto">{because}</span>
            <span className={style.source}>
              {say('endpoint.would-settle')} <Name code>{fact}</Name>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
