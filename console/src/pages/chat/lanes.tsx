import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { Badge, Name, Place } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './chat.module.css'

const MOST = 4
type Target = Answer<'GET /chat'>['aliases'][number]['targets'][number]

/** Who is asked: the whole plan, or one to four endpoints of the alias beside each other. */
export const Lanes = ({
  targets,
  chosen,
  onChange,
}: {
  readonly targets: readonly Target[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}) => {
  const say = useSay()
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name].slice(-MOST))
  return (
    <fieldset className={style.lanes}>
      <legend>{say('chat.ask-whom')}</legend>
      <label className={style.lane}>
        <input type="checkbox" checked={chosen.length === 0} onChange={() => onChange([])} />
        {say('chat.whole-plan')}
      </label>
      {targets.map(({ endpoint, model, country, simulated }) => {
        const name = `${endpoint}/${model}`
        return (
          <label key={name} className={style.lane}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            <Place country={country ?? undefined} form="bare" word={false} />
            <Name code>{name}</Name>
            {simulated && <Badge dashed>{say('chat.simulated')}</Badge>}
          </label>
        )
      })}
    </fieldset>
  )
}
