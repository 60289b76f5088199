import { useState } from 'react'
import * as v from 'valibot'
import { useAct } from '../../api/use.ts'
import { compareTexts, countries, formatCountry, formatList } from '../../format.ts'
import { Button, Failure, Form, NumberField, SelectField, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './start.module.css'
import type { StepProps } from './start.tsx'

const useCountries = () =>
  countries()
    .map((value) => ({ value, label: formatCountry(value) }))
    .sort((one, other) => compareTexts(one.label, other.label))

const OPERATOR_LENGTH = 200
export const HomeStep = ({ start, onDone }: StepProps) => {
  const say = useSay()
  const act = useAct('PUT /start/home')
  const options = useCountries()
  const schema = v.object({
    seat: v.string(),
    operator: v.pipe(v.string(), v.trim(), v.minLength(1, say('start.home.operator-wanted')), v.maxLength(OPERATOR_LENGTH)),
  })
  return (
    <Form
      schema={schema}
      submit={say('start.home.save')}
      busy={act.isPending}
      failure={act.error}
      onDone={(body) => act.mutate({ body }, { onSuccess: onDone })}
    >
      <SelectField name="seat" label={say('start.home.seat')} defaultValue={start.seat} options={options} />
      <TextField name="operator" label={say('start.home.operator')} defaultValue={start.operator} />
    </Form>
  )
}

const BLOC = 'bloc:'
export const AllianceStep = ({ start, onDone }: StepProps) => {
  const say = useSay()
  const act = useAct('PUT /start/alliance')
  const options = useCountries()
  const [members, setMembers] = useState<readonly string[]>(start.alliance.written)
  const toggle = (member: string): void =>
    setMembers((before) => (before.includes(member) ? before.filter((each) => each !== member) : [...before, member]))
  const alone = members.filter((member) => !member.startsWith(BLOC))
  const toAdd = [{ value: '', label: '—' }, ...options.filter(({ value }) => !members.includes(value) && value !== start.seat)]
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate({ body: { members: [...members] } }, { onSuccess: onDone })
      }}
    >
      <fieldset className={style.blocs}>
        <legend>{say('start.alliance.blocs')}</legend>
        {start.blocs
          .filter(({ members: of }) => of.length > 1)
          .map(({ name, members: of }) => (
            <label key={name} title={formatList(of.map(formatCountry))}>
              <input type="checkbox" checked={members.includes(BLOC + name)} onChange={() => toggle(BLOC + name)} />
              <bdi>{name}</bdi> <span className={style.quiet}>{say('start.alliance.members', { count: of.length })}</span>
            </label>
          ))}
      </fieldset>
      <SelectField
        label={say('start.alliance.add')}
        optional
        value=""
        options={toAdd}
        onChange={({ target }) => target.value !== '' && toggle(target.value)}
      />
      {alone.length > 0 && (
        <ul className={style.chosen}>
          {alone.map((member) => (
            <li key={member}>
              {formatCountry(member)}{' '}
              <Button kind="quiet" onClick={() => toggle(member)}>
                {say('start.alliance.remove', { country: formatCountry(member) })}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {act.error !== null && <Failure failure={act.error} />}
      <div className={style.actions}>
        <Button type="submit" kind="primary">
          {members.length === 0 ? say('start.alliance.nobody') : say('start.alliance.save')}
        </Button>
      </div>
    </form>
  )
}

const MOST_PEOPLE = 9
const ACTS = ['cut', 'restore', 'policy', 'key'] as const
export const OwnersStep = ({ start, onDone }: StepProps) => {
  const say = useSay()
  const act = useAct('PUT /start/owners')
  const { people } = start.owners
  const count = v.pipe(
    v.number(say('start.owners.number')),
    v.integer(say('start.owners.number')),
    v.minValue(1, say('start.owners.number')),
    // More than there are could decide nothing any more, not even to undo this.
    v.maxValue(Math.min(people, MOST_PEOPLE), say('start.owners.too-many', { count: people })),
  )
  return (
    <Form
      schema={v.object({ cut: count, restore: count, policy: count, key: count })}
      submit={say('start.owners.save')}
      busy={act.isPending}
      failure={act.error}
      onDone={(body) => act.mutate({ body }, { onSuccess: onDone })}
    >
      <p>{say('start.owners.people', { count: people })}</p>
      {ACTS.map((each) => (
        <NumberField key={each} name={each} label={say(`start.owners.${each}`)} defaultValue={start.owners[each]} min={1} step={1} />
      ))}
    </Form>
  )
}
