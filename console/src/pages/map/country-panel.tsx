import { ArrowRight, Scissors } from 'lucide-react'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatPercent } from '../../format.ts'
import { useRehearsal } from '../../shell/rehearsal.tsx'
import { Asked } from '../../ui/asked.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/choice.tsx'
import { useSay } from '../../words/words.tsx'
import type { MapAnswer, Power } from '../../world/view.ts'
import { Class } from './class.tsx'
import { CutState } from './cut.tsx'
import style from './panel.module.css'
import { Path, type Way } from './path.tsx'

const POWERS: readonly Power[] = ['see', 'stop', 'change']
/** Ways that are shown at once; the others are one step away. */
const FIRST_WAYS = 3

type Props = { readonly country: string | undefined; readonly power: Power; readonly map: MapAnswer }

/** What one country could do here, by which rows, what would lower it, and how to rehearse being without it. */
export const CountryPanel = ({ country, power, map }: Props) => {
  const say = useSay()
  if (country === undefined)
    return (
      <Card title={say('map.choose')}>
        <p className={style.quiet}>{say('map.choose-help')}</p>
      </Card>
    )
  return <Chosen key={country} country={country} power={power} map={map} />
}

const Chosen = ({ country, power, map }: Props & { readonly country: string }) => {
  const query = useAnswer('GET /map/countries/{country}', { path: { country } }, { topics: ['facts', 'policy', 'cuts'] })
  return (
    <Card>
      <div className={style.panel}>
        <Asked query={query}>{(answer) => <Told answer={answer} country={country} power={power} map={map} />}</Asked>
      </div>
    </Card>
  )
}

type Told = {
  readonly answer: NonNullable<ReturnType<typeof useAnswer<'GET /map/countries/{country}'>>['data']>
  readonly country: string
  readonly power: Power
  readonly map: MapAnswer
}

const Told = ({ answer, country, power, map }: Told) => {
  const say = useSay()
  const { ways, lower, share } = answer.powers[power]
  const of = map.basis.of
  const isUnknown = country === 'unknown'
  return (
    <>
      <header className={style.head}>
        <h2 className={style.title}>
          <bdi>{isUnknown ? say('map.whoever') : formatCountry(country)}</bdi>
        </h2>
        <Class country={isUnknown ? undefined : country} />
      </header>
      <p>{share === 0 ? say('map.could-not', { power }) : say('map.could-share', { power, of, share: formatPercent(share) })}</p>
      <dl className={style.bars}>
        {POWERS.map((each) => (
          <div key={each} className={each === power ? style.asked : ''}>
            <dt>{say(`power.${each}`)}</dt>
            <dd>
              <span className={style.track} aria-hidden="true">
                <span style={{ inlineSize: `${100 * answer.powers[each].share}%` }} />
              </span>
              <bdi>{formatPercent(answer.powers[each].share)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {ways.length > 0 && (
        <Ways answer={answer} ways={ways} country={country} title={say(isUnknown ? 'map.why-unknown' : 'map.why', { power })} />
      )}
      {lower.length > 0 && <Lower lower={lower} />}
      <CutState subject={isUnknown ? 'unknown' : `country:${country}`} name={isUnknown ? say('map.whoever') : formatCountry(country)} />
      {!isUnknown && <Rehearse country={country} />}
    </>
  )
}

const Ways = ({
  answer,
  ways,
  country,
  title,
}: Pick<Told, 'answer' | 'country'> & { readonly ways: readonly Way[]; readonly title: string }) => {
  const say = useSay()
  const facts = useMemo(() => new Map(answer.facts.map((fact) => [fact.id, fact])), [answer.facts])
  const path = (way: Way) => <Path key={way.endpoint} way={way} facts={facts} country={country} />
  const more = ways.slice(FIRST_WAYS)
  return (
    <section>
      <h3 className={style.section}>{title}</h3>
      {ways.slice(0, FIRST_WAYS).map(path)}
      {more.length > 0 && <Disclosure summary={say('map.more-ways', { count: more.length })}>{more.map(path)}</Disclosure>}
    </section>
  )
}

const Lower = ({ lower }: { readonly lower: Told['answer']['powers']['see']['lower'] }) => {
  const say = useSay()
  return (
    <section>
      <h3 className={style.section}>{say('map.lower')}</h3>
      <ul className={style.lower}>
        {lower.map((step) => {
          const text =
            step.kind === 'prefer'
              ? say('map.lower.prefer', { route: step.route, alias: step.alias })
              : step.kind === 'add'
                ? say('map.lower.add', { alias: step.alias })
                : say('map.lower.settle', { fact: step.fact })
          return (
            <li key={text}>
              <ArrowRight className="flip" aria-hidden="true" />
              <span className={style.words} dir="auto">
                {text}
              </span>
              <bdi className={style.figures}>
                {say('map.from-to', { before: formatPercent(step.before), after: formatPercent(step.after) })}
              </bdi>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const Rehearse = ({ country }: { readonly country: string }) => {
  const say = useSay()
  const { start } = useRehearsal()
  return (
    <div className={style.actions}>
      <Button large icon={<Scissors />} onClick={() => start({ kind: 'country', id: country })}>
        {say('map.rehearse', { country: formatCountry(country) })}
      </Button>
      <p className={style.quiet}>{say('map.sends-nothing')}</p>
    </div>
  )
}
