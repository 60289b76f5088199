import { useState } from 'react'
import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useSession } from '../../api/session.tsx'
import { useAct } from '../../api/use.ts'
import {
  Button,
  CheckField,
  CopyButton,
  Dialog,
  FieldGroup,
  Form,
  Name,
  Note,
  NumberField,
  SelectField,
  TextField,
} from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './keys.module.css'
import type { ApplicationAnswer, KeysAnswer } from './types.ts'

type Made = Extract<Answer<'POST /keys'>, { readonly secret: string }>
const rate = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)))
const NEW_KEY = v.object({
  application: v.string(),
  class: v.string(),
  purposes: v.array(v.string()),
  aliases: v.array(v.string()),
  expires: v.string(),
  requestsPerMinute: rate,
  tokensPerMinute: rate,
})

/** A key for an application: it narrows what that may, and never widens it. Its secret is shown once. */
export const NewKey = ({
  keys,
  application,
  onClose,
}: {
  readonly keys: KeysAnswer
  readonly application: string | undefined
  readonly onClose: () => void
}) => {
  const say = useSay()
  const make = useAct('POST /keys')
  const [made, setMade] = useState<Answer<'POST /keys'>>()
  if (made !== undefined) return <Shown made={made} onClose={onClose} />
  const save = ({ class: dataClass, purposes, aliases, expires, ...rest }: v.InferOutput<typeof NEW_KEY>): void =>
    make.mutate(
      { body: { ...rest, class: dataClass, purposes, aliases, ...(expires === '' ? {} : { expires }) } },
      { onSuccess: (answer) => setMade(answer) },
    )
  return (
    <Dialog open onClose={onClose} title={say('key.new')}>
      <Fields keys={keys} application={application}>
        {(fields) => (
          <Form
            schema={NEW_KEY}
            onDone={save}
            submit={say('key.make')}
            failure={make.error}
            busy={make.isPending}
            also={<Button onClick={onClose}>{say('key.cancel')}</Button>}
          >
            {fields}
          </Form>
        )}
      </Fields>
    </Dialog>
  )
}

/** The fields follow the application that is chosen: what it may not, its keys may not. */
const Fields = ({
  keys,
  application,
  children,
}: {
  readonly keys: KeysAnswer
  readonly application: string | undefined
  readonly children: (fields: React.ReactNode) => React.ReactNode
}) => {
  const say = useSay()
  const { exchange } = useSession()
  const known = applicationsIn(keys)
  const [chosen, setChosen] = useState(application ?? known[0]?.name ?? '')
  const settings = known.find(({ name }) => name === chosen)?.settings
  const floor = exchange.dataClasses.indexOf(settings?.dataClassFloor ?? '')
  const aliases = settings?.aliases ?? keys.aliases
  return children(
    <>
      <SelectField
        name="application"
        label={say('key.application')}
        options={known.map(({ name }) => ({ value: name, label: name }))}
        value={chosen}
        onChange={({ target }) => setChosen(target.value)}
      />
      <SelectField
        // Another application, another floor.
        key={`class ${chosen}`}
        name="class"
        label={say('key.class')}
        help={say('key.class-help')}
        options={exchange.dataClasses.slice(Math.max(0, floor)).map((name) => ({ value: name, label: name }))}
      />
      <FieldGroup legend={say('key.purposes-legend')}>
        {(settings?.purposes ?? []).map((purpose) => (
          <CheckField key={`${chosen} ${purpose}`} name="purposes" value={purpose} label={<bdi>{purpose}</bdi>} data-many defaultChecked />
        ))}
      </FieldGroup>
      <FieldGroup legend={say('key.aliases-legend')}>
        <p className={style.quiet}>{say('key.aliases-help')}</p>
        {aliases.map((alias) => (
          <CheckField key={`${chosen} ${alias}`} name="aliases" value={alias} label={<bdi>{alias}</bdi>} data-many />
        ))}
      </FieldGroup>
      <TextField name="expires" type="date" label={say('key.expires')} help={say('key.expires-help')} optional />
      <div className={style.pair}>
        <NumberField
          name="requestsPerMinute"
          label={say('key.requests-label')}
          min={1}
          optional
          {...placeholder(settings?.requestsPerMinute)}
        />
        <NumberField name="tokensPerMinute" label={say('key.tokens-label')} min={1} optional {...placeholder(settings?.tokensPerMinute)} />
      </div>
    </>,
  )
}
/** What the application may is what the key may, where nothing is said. */
const placeholder = (most: number | null | undefined) =>
  most === null || most === undefined ? {} : { placeholder: String(most), max: most }

type Known = { readonly name: string; readonly settings: ApplicationAnswer }
const applicationsIn = ({ tenants }: KeysAnswer): readonly Known[] =>
  tenants.flatMap(({ tenant, applications }) =>
    applications.filter(({ configured }) => configured).map((settings) => ({ name: `${tenant}/${settings.application}`, settings })),
  )

const Shown = ({ made, onClose }: { readonly made: Answer<'POST /keys'>; readonly onClose: () => void }) => {
  const say = useSay()
  if ('secret' in made) return <Secret made={made as Made} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title={say('key.waits-title')} actions={<Button onClick={onClose}>{say('key.done')}</Button>}>
      <Note live>{say('key.waits')}</Note>
    </Dialog>
  )
}

const Secret = ({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) => {
  const say = useSay()
  return (
    <Dialog open onClose={onClose} title={say('key.copy-now')} actions={<Button onClick={onClose}>{say('key.done')}</Button>}>
      <p>{say('key.shown-once')}</p>
      <p className={style.secret} dir="ltr">
        <Name code>{made.secret}</Name>
      </p>
      <CopyButton text={made.secret} kind="primary">
        {say('key.copy')}
      </CopyButton>
      <p className={style.quiet}>{say('key.made-for', { application: made.application, name: made.dataClassFloor })}</p>
    </Dialog>
  )
}
