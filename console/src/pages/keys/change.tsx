import { useState } from 'react'
import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useSession } from '../../api/session.tsx'
import { useAct } from '../../api/use.ts'
import { Button, CheckField, Dialog, Failure, FieldGroup, Form, Note, NumberField, SelectField, TextField } from '../../ui/index.ts'
import { say as sayOnce, useSay } from '../../words/words.tsx'
import style from './keys.module.css'
import type { KeysAnswer, TenantChange, Wanted } from './types.ts'

type Preview = Answer<'POST /tenants/preview'>
/** What is decided about: the change, and what it makes of the file. */
type Looked = { readonly change: TenantChange; readonly preview: Preview }

/** Adds a tenant or an application, or changes a budget: first the form, then what it makes of the owner’s file, then it is in force. */
export const Change = ({ keys, wanted, onClose }: { readonly keys: KeysAnswer; readonly wanted: Wanted; readonly onClose: () => void }) => {
  const say = useSay()
  const look = useAct('POST /tenants/preview')
  const [looked, setLooked] = useState<Looked>()
  const show = (change: TenantChange): void => look.mutate({ body: change }, { onSuccess: (preview) => setLooked({ change, preview }) })
  return (
    <Dialog
      open
      onClose={onClose}
      title={<bdi>{say(`key.title-${wanted.kind}`, { owner: ownerOf(wanted) })}</bdi>}
      wide={looked !== undefined}
    >
      {looked === undefined ? (
        <Fields
          wanted={wanted}
          form={{ failure: look.error, busy: look.isPending, also: <Button onClick={onClose}>{say('key.cancel')}</Button> }}
          onDone={show}
        />
      ) : (
        <Difference looked={looked} people={keys.needs.policy} onBack={() => setLooked(undefined)} onClose={onClose} />
      )}
    </Dialog>
  )
}

const ownerOf = (wanted: Wanted): string => {
  if (wanted.kind === 'tenant') return ''
  return wanted.kind === 'budget' && wanted.application !== undefined ? `${wanted.tenant}/${wanted.application}` : wanted.tenant
}

const name = () =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, () => sayOnce('key.name-help')),
  )
const limit = () =>
  v.optional(
    v.pipe(
      v.number(),
      v.minValue(0, () => sayOnce('key.limit-help')),
    ),
  )
const PERIODS = ['day', 'month', 'total'] as const
const period = v.picklist(PERIODS)
const TENANT = () =>
  v.object({
    tenant: name(),
    jurisdiction: v.pipe(
      v.string(),
      v.trim(),
      v.toUpperCase(),
      v.regex(/^([A-Z]{2})?$/, () => sayOnce('key.country-help')),
    ),
    limit: limit(),
    period,
  })
const APPLICATION = () => v.object({ application: name(), class: v.string(), purposes: v.array(v.string()), limit: limit(), period })
const BUDGET = () => v.object({ limit: limit(), period })

type Budget = { readonly limit?: number | undefined; readonly period: (typeof PERIODS)[number] }
const budgetOf = ({ limit, period }: Budget) => (limit === undefined ? undefined : { limit, period })
const withBudget = (given: Budget) => {
  const budget = budgetOf(given)
  return budget === undefined ? {} : { budget }
}

type FormParts = { readonly failure: React.ComponentProps<typeof Form>['failure']; readonly busy: boolean; readonly also: React.ReactNode }
const Fields = ({
  wanted,
  form,
  onDone,
}: {
  readonly wanted: Wanted
  readonly form: FormParts
  readonly onDone: (change: TenantChange) => void
}) => {
  const say = useSay()
  const { exchange } = useSession()
  const parts = { ...form, submit: say('key.look') }
  if (wanted.kind === 'budget') {
    const { budget } = wanted
    const of = { tenant: wanted.tenant, ...(wanted.application === undefined ? {} : { application: wanted.application }) }
    return (
      <Form schema={BUDGET()} onDone={(given) => onDone({ kind: 'budget', ...of, budget: budgetOf(given) ?? null })} {...parts}>
        <BudgetFields
          {...(budget === undefined ? {} : { value: budget.limit / 1e6, period: budget.period })}
          help={say('key.limit-none')}
        />
      </Form>
    )
  }
  if (wanted.kind === 'tenant') {
    const save = ({ tenant, jurisdiction, ...given }: v.InferOutput<ReturnType<typeof TENANT>>): void =>
      onDone({ kind: 'tenant', tenant, ...(jurisdiction === '' ? {} : { jurisdiction }), ...withBudget(given) })
    return (
      <Form schema={TENANT()} onDone={save} {...parts}>
        <TextField name="tenant" label={say('key.tenant')} help={say('key.name-help')} />
        <TextField
          name="jurisdiction"
          label={say('key.country')}
          help={say('key.country-help')}
          placeholder={exchange.seat}
          maxLength={2}
          optional
        />
        <BudgetFields />
      </Form>
    )
  }
  const save = ({ application, class: dataClassFloor, purposes, ...given }: v.InferOutput<ReturnType<typeof APPLICATION>>): void =>
    onDone({ kind: 'application', tenant: wanted.tenant, application, dataClassFloor, purposes, ...withBudget(given) })
  return (
    <Form schema={APPLICATION()} onDone={save} {...parts}>
      <TextField name="application" label={say('key.application')} help={say('key.name-help')} />
      <SelectField
        name="class"
        label={say('key.class')}
        help={say('key.class-help')}
        options={exchange.dataClasses.map((each) => ({ value: each, label: each }))}
      />
      <FieldGroup legend={say('key.purposes-legend')}>
        {exchange.purposes.map((purpose) => (
          <CheckField key={purpose} name="purposes" value={purpose} label={<bdi>{purpose}</bdi>} data-many defaultChecked />
        ))}
      </FieldGroup>
      <BudgetFields />
    </Form>
  )
}

const BudgetFields = ({
  value,
  period: chosen = 'month',
  help,
}: {
  readonly value?: number
  readonly period?: (typeof PERIODS)[number]
  readonly help?: string
}) => {
  const say = useSay()
  const { exchange } = useSession()
  return (
    <div className={style.pair}>
      <NumberField
        name="limit"
        label={say('key.limit')}
        unit={exchange.currency}
        min={0}
        step="any"
        optional
        {...(value === undefined ? {} : { defaultValue: value })}
        {...(help === undefined ? {} : { help })}
      />
      <SelectField
        name="period"
        label={say('key.period')}
        defaultValue={chosen}
        options={PERIODS.map((each) => ({ value: each, label: say(`key.period-${each}`) }))}
      />
    </div>
  )
}

/** What the change makes of the file, line by line, before anything is written. */
const Difference = ({
  looked: { change, preview },
  people,
  onBack,
  onClose,
}: {
  readonly looked: Looked
  readonly people: number
  readonly onBack: () => void
  readonly onClose: () => void
}) => {
  const say = useSay()
  const put = useAct('PUT /tenants')
  const [waits, setWaits] = useState(false)
  const save = (): void =>
    put.mutate({ body: { change, basis: preview.basis } }, { onSuccess: (answer) => (answer.waits ? setWaits(true) : onClose()) })
  if (waits) return <Note live>{say('key.waits')}</Note>
  const isUsable = preview.problems.length === 0
  return (
    <div className={style.form}>
      <p>{say('key.difference', { line: preview.line })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes focus */}
      <section className={style.diff} dir="ltr" tabIndex={0} aria-label={say('key.difference-label')}>
        {preview.removed.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
          <del key={index}>− {line}</del>
        ))}
        {preview.added.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
          <ins key={index}>+ {line}</ins>
        ))}
      </section>
      {!isUsable && (
        <Note level="critical" live title={say('key.would-not-load')}>
          <bdi>{preview.problems.join(' ')}</bdi>
        </Note>
      )}
      {people > 1 && <Note>{say('key.together-policy', { count: people })}</Note>}
      {put.error !== null && <Failure failure={put.error} />}
      <div className={style.actions}>
        {isUsable && (
          <Button kind="primary" aria-disabled={put.isPending} onClick={save}>
            {say(people > 1 ? 'key.propose' : 'key.put-in-force')}
          </Button>
        )}
        <Button onClick={onBack}>{say('key.back')}</Button>
      </div>
    </div>
  )
}
