import { useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatCountry } from '../../format.ts'
import { Asked, Button, Failure, PlaceShape } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './start.module.css'
import type { StepProps } from './start.tsx'

type Preset = Answer<'POST /start/rules'>['presets'][number]
const isPreset = (text: string | null): text is Preset['preset'] => text === 'full-stack' || text === 'hybrid' || text === 'coalition'

/** Three sets of rules, each with who could answer what, here, today. */
export const RulesStep = ({ start, onDone }: StepProps) => {
  const say = useSay()
  const rules = useAnswer('POST /start/rules', { body: {} })
  const act = useAct('PUT /start/rules')
  const [chosen, setChosen] = useState<Preset['preset']>(isPreset(start.preset) ? start.preset : 'hybrid')
  return (
    <Asked query={rules}>
      {({ presets }) => (
        <form
          className={style.form}
          onSubmit={(event) => {
            event.preventDefault()
            act.mutate({ body: { preset: chosen } }, { onSuccess: onDone })
          }}
        >
          <fieldset className={style.presets}>
            <legend className="visually-hidden">{say('start.rules')}</legend>
            {presets.map((each) => (
              <label key={each.preset} className={style.preset} data-chosen={each.preset === chosen}>
                <span className={style.presetName}>
                  <input type="radio" name="preset" checked={each.preset === chosen} onChange={() => setChosen(each.preset)} />
                  {say(`start.rules.${each.preset}`)}
                </span>
                <span className={style.quiet}>{say(`start.rules.${each.preset}.help`)}</span>
                <Classes preset={each} />
              </label>
            ))}
          </fieldset>
          {act.error !== null && <Failure failure={act.error} />}
          <div className={style.actions}>
            <Button type="submit" kind="primary">
              {say('start.rules.save')}
            </Button>
          </div>
        </form>
      )}
    </Asked>
  )
}

const Classes = ({ preset: { classes } }: { readonly preset: Preset }) => {
  const say = useSay()
  return (
    <span className={style.classes}>
      {classes.map(({ dataClass, may }) => (
        <span key={dataClass} className={style.class}>
          <bdi>{dataClass}</bdi>
          <span>
            {may.length === 0
              ? say('start.rules.nobody')
              : may.map(({ route, place, country }) => (
                  <span key={route} className={style.may}>
                    <PlaceShape place={place} /> {country === null ? say('place.unknown') : formatCountry(country)}
                  </span>
                ))}
          </span>
        </span>
      ))}
    </span>
  )
}
