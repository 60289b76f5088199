import { type FormEvent, useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAct } from '../../api/use.ts'
import { Button, Dialog, Failure, SelectField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Policy } from './matrix.ts'
import { aliasesOf } from './matrix-card.tsx'
import style from './policy.module.css'
import type { PolicySearch } from './policy.tsx'

type Asked = { readonly application: string; readonly alias: string; readonly dataClass: string; readonly purpose: string }
const namesOf = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }))

/** What an application could ask, beginning with what is chosen on the page. */
const first = (policy: Policy, application: string, looked: PolicySearch): Asked => {
  const caller = policy.callers.find(({ name }) => name === application) ?? policy.callers[0]
  const aliases = aliasesOf(policy, caller?.name ?? '').map(({ value }) => value)
  const classes = classesOf(policy, caller?.name ?? '')
  const oneOf = (names: readonly string[], wanted: string | undefined): string => names.find((name) => name === wanted) ?? names[0] ?? ''
  return {
    application: caller?.name ?? '',
    alias: oneOf(aliases, looked.alias),
    dataClass: oneOf(classes, looked.class),
    purpose: oneOf(caller?.purposes ?? [], looked.purpose),
  }
}
const classesOf = ({ callers, dataClasses }: Policy, application: string): readonly string[] =>
  dataClasses.slice(Math.max(0, dataClasses.indexOf(callers.find(({ name }) => name === application)?.dataClassFloor ?? '')))

/** One request, decided as the exchange itself would, and not sent. */
export const Try = ({
  policy,
  looked,
  onClose,
}: {
  readonly policy: Policy
  readonly looked: PolicySearch
  readonly onClose: () => void
}) => {
  const say = useSay()
  const [asked, setAsked] = useState(() => first(policy, looked.application ?? '', looked))
  const attempt = useAct('POST /policy/try')
  const change = (patch: Partial<Asked>): void => {
    attempt.reset()
    setAsked({ ...asked, ...patch })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    attempt.mutate({ body: asked })
  }
  const purposes = policy.callers.find(({ name }) => name === asked.application)?.purposes ?? []
  return (
    <Dialog open wide onClose={onClose} title={say('policy.try')}>
      <form onSubmit={submit} className={style.try}>
        <div className={style.choose}>
          <SelectField
            label={say('policy.application')}
            value={asked.application}
            options={namesOf(policy.callers.map(({ name }) => name))}
            onChange={({ target }) => change(first(policy, target.value, looked))}
          />
          <SelectField
            label={say('policy.alias')}
            value={asked.alias}
            options={aliasesOf(policy, asked.application)}
            onChange={({ target }) => change({ alias: target.value })}
          />
          <SelectField
            label={say('policy.data-class')}
            value={asked.dataClass}
            options={namesOf(classesOf(policy, asked.application))}
            onChange={({ target }) => change({ dataClass: target.value })}
          />
          <SelectField
            label={say('policy.purpose')}
            value={asked.purpose}
            options={namesOf(purposes)}
            onChange={({ target }) => change({ purpose: target.value })}
          />
        </div>
        <div className={style.actions}>
          <Button type="submit" kind="primary">
            {say('policy.try-do')}
          </Button>
          <span className={style.help}>{say('policy.try-nothing-sent')}</span>
        </div>
      </form>
      {attempt.error !== null && <Failure failure={attempt.error} />}
      <div aria-live="polite">{attempt.data !== undefined && <Tried tried={attempt.data} />}</div>
    </Dialog>
  )
}

const Tried = ({ tried: { plan, refused } }: { readonly tried: Answer<'POST /policy/try'> }) => {
  const say = useSay()
  return (
    <div className={style.tried}>
      <h3>{say(plan.length === 0 ? 'policy.try-none' : 'policy.try-plan')}</h3>
      <ol className={style.reasons}>
        {plan.map(({ endpoint, model, by, cut }) => (
          <li key={`${endpoint}/${model}`}>
            <b>
              <bdi>{`${endpoint}/${model}`}</bdi>
            </b>
            {cut && <> · {say('policy.try-cut')}</>}
            <Reasons by={by} />
          </li>
        ))}
      </ol>
      {refused.length > 0 && (
        <>
          <h3>{say('policy.try-refused')}</h3>
          <ul className={style.reasons}>
            {refused.map(({ endpoint, model, by, possible }) => (
              <li key={`${endpoint}/${model}`}>
                <b>
                  <bdi>{`${endpoint}/${model}`}</bdi>
                </b>
                <Reasons by={by} />
                <p className={style.help}>{say('policy.possible')}</p>
                <ul className={style.findings}>
                  {possible.map((sentence) => (
                    <li key={sentence}>
                      <bdi>{sentence}</bdi>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

const Reasons = ({
  by,
}: {
  readonly by: readonly { readonly id: string; readonly reason: string; readonly law?: string | undefined }[]
}) => (
  <ul className={style.findings}>
    {by.map(({ id, reason, law }) => (
      <li key={id}>
        <code dir="ltr">{id}</code> <bdi>{reason}</bdi>
        {law !== undefined && (
          <span className={style.law}>
            {' '}
            <bdi>{law}</bdi>
          </span>
        )}
      </li>
    ))}
  </ul>
)
