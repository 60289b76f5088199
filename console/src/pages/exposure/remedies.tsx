import { formatPercent } from '../../format.ts'
import { Card, Columns, Disclosure } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Told } from '../drills/names.tsx'
import style from './exposure.module.css'
import type { ExposureAnswer } from './types.ts'

const SHOWN = 5

/** Every exposure ends in a step: what the owner could do with what there is, and which fact would help most to know. */
export const Remedies = ({ answer }: { readonly answer: ExposureAnswer }) => {
  const say = useSay()
  const { remedies, exposure } = answer
  return (
    <Columns>
      <Card title={say('exposure.lower')}>
        {remedies.length === 0 ? (
          <p className={style.quiet}>{say('exposure.lower-none')}</p>
        ) : (
          <ol className={style.remedies}>
            {remedies.slice(0, SHOWN).map(({ alias, route, safe, demands, alone }) => (
              <li key={`${alias} ${route}`}>
                <p className={style.step}>{say('exposure.add-target', { alias, route })}</p>
                <p className={style.quiet}>
                  {say('exposure.alone-from-to', { before: alone.before, after: alone.after, whole: demands.whole })}
                  {safe > 0 && ` ${say('exposure.safe-then', { count: safe })}`}
                </p>
              </li>
            ))}
          </ol>
        )}
        <p className={style.quiet}>{say('exposure.lower-means')}</p>
      </Card>
      <Facts exposure={exposure} />
    </Columns>
  )
}

const Facts = ({ exposure: { facts } }: Pick<ExposureAnswer, 'exposure'>) => {
  const say = useSay()
  const list = (some: typeof facts) => (
    <ol className={style.remedies}>
      {some.map(({ fact, because, demands, calls, last, others }) => (
        <li key={fact}>
          <p className={style.step}>
            <Told>{fact}</Told>
          </p>
          <p className={style.quiet}>
            <Told>{because}</Told>.{' '}
            {demands.part > 0
              ? `${say('exposure.fact-helps', { part: demands.part, whole: demands.whole })}${calls.whole > 0 ? ` ${say('exposure.of-calls', { share: formatPercent(calls.part / calls.whole) })}` : ''}`
              : last.length > 0
                ? say('exposure.fact-settles', { routes: last.join(', ') })
                : say('exposure.fact-alone', { count: others })}
          </p>
        </li>
      ))}
    </ol>
  )
  return (
    <Card title={say('exposure.facts')}>
      {facts.length === 0 ? <p className={style.quiet}>{say('exposure.facts-none')}</p> : list(facts.slice(0, SHOWN))}
      {facts.length > SHOWN && (
        <Disclosure summary={say('exposure.more', { count: facts.length - SHOWN })}>{list(facts.slice(SHOWN))}</Disclosure>
      )}
    </Card>
  )
}
