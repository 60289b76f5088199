import { Link } from 'wouter'
import { formatPercent } from '../../format.ts'
import { Card, Empty } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { CutGraph } from '../exposure/cut-graph.tsx'
import { type CutEffect, smallestCuts } from '../exposure/cuts.ts'
import type { ExposureAnswer } from '../exposure/types.ts'
import style from './drills.module.css'
import { sayActors } from './names.tsx'

const SHOWN = 4

/** Who would have to act together, fewest first, each drawn as what it takes away. */
export const SmallestCuts = ({ answer }: { readonly answer: ExposureAnswer }) => {
  const say = useSay()
  const cuts = smallestCuts(answer.exposure)
  return (
    <Card title={say('drills.cuts')} aside={<Link href="/exposure">{say('drills.cuts-all')}</Link>} flush>
      {cuts.length === 0 ? (
        <Empty>{say('drills.cuts-none')}</Empty>
      ) : (
        <ol className={style.cuts}>
          {cuts.slice(0, SHOWN).map((cut) => (
            <Cut key={cut.key} cut={cut} calls={answer.exposure.traffic?.answered.calls ?? 0} />
          ))}
        </ol>
      )}
    </Card>
  )
}

const Cut = ({ cut, calls }: { readonly cut: CutEffect; readonly calls: number }) => {
  const say = useSay()
  const [first] = cut.demands
  return (
    <li className={style.cut}>
      <p className={style.members}>
        {cut.set.map(({ actors }, index) => (
          <span key={actors.join()}>
            {index > 0 && ' + '}
            <Link href={`/exposure?cut=${encodeURIComponent(cut.key)}`}>
              {actors.length === 1 ? sayActors(say, actors) : say('exposure.any-of', { actors: sayActors(say, actors, 'disjunction') })}
            </Link>
          </span>
        ))}
      </p>
      <p className={style.quiet}>
        {say('drills.cut-ends', { count: cut.kinds })}
        {calls > 0 && ` · ${say('exposure.of-calls', { share: formatPercent(cut.calls / calls) })}`}
      </p>
      {first !== undefined && <CutGraph set={cut.set} alias={first.alias} routes={first.routes} />}
    </li>
  )
}
