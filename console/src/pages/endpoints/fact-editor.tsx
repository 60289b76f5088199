import { type FormEvent, useState } from 'react'
import type { Answer, Request } from '../../../../src/http/console/contract/index.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { compareTexts } from '../../format.ts'
import { FormErrors } from '../../ui/form-errors.ts'
import { Button, Dialog, Failure, Note, readForm, SelectField, TextArea, TextField } from '../../ui/index.ts'
import type { WordId } from '../../words/ids.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { FactEffect } from './fact-effect.tsx'
import style from './facts.module.css'
import { type FactRow, verbOf } from './names.tsx'

type Change = Request<'POST /facts/preview'>['body']
type Preview = Answer<'POST /facts/preview'>
type Predicates = Answer<'GET /facts'>['predicates']
const EVIDENCE = ['unverified', 'declared', 'documented', 'attested', 'observed'] as const
const FIELDS = ['subject', 'predicate', 'object', 'share', 'validFrom', 'validTo', 'source', 'asOf', 'evidence', 'note'] as const

/**
 * A fact of the owner’s: a new one, one in place of a shipped one, or another reading of one of the owner’s. What would change is shown
 * before anything can be saved, and what is typed after that must be looked at anew.
 */
export const FactEditor = ({
  subject,
  corrected,
  onClose,
}: {
  readonly subject: string
  readonly corrected: FactRow | undefined
  readonly onClose: () => void
}) => {
  const say = useSay()
  const vocabulary = useAnswer('GET /facts', { query: { subject } })
  const preview = useAct('POST /facts/preview')
  const save = useAct('PUT /facts')
  const [change, setChange] = useState<Change>()
  const look = (form: HTMLFormElement, removes: boolean): void => {
    const next = changeOf(form, corrected, removes)
    setChange(next)
    save.reset()
    preview.mutate({ body: next })
  }
  const looked = change === undefined ? undefined : preview.data
  const forget = (): void => {
    if (change === undefined) return
    setChange(undefined)
    preview.reset()
  }
  return (
    <Dialog open wide onClose={onClose} title={say(corrected === undefined ? 'fact.add' : 'fact.correcting')}>
      {save.data === undefined ? (
        <>
          <FormErrors value={errorsOf(say, looked)}>
            <Fields
              subject={subject}
              corrected={corrected}
              predicates={vocabulary.data?.predicates ?? []}
              busy={preview.isPending}
              onLook={look}
              onType={forget}
            />
          </FormErrors>
          {preview.error !== null && <Failure failure={preview.error} />}
          {looked !== undefined && change !== undefined && looked.problems.length === 0 && (
            <FactEffect
              preview={looked}
              busy={save.isPending}
              failure={save.error}
              onSave={() => save.mutate({ body: { ...change, basis: looked.basis } })}
            />
          )}
        </>
      ) : (
        <Note live title={say(save.data.waits ? 'fact.waits' : 'fact.saved')} action={<Button onClick={onClose}>{say('ui.close')}</Button>}>
          {say(save.data.waits ? 'fact.waits-next' : 'fact.saved-next')}
        </Note>
      )}
    </Dialog>
  )
}

/** Each at its field; what belongs to none stands over the first. */
const errorsOf = (say: Say, preview: Preview | undefined): Readonly<Record<string, string>> => {
  const said: Record<string, string> = {}
  for (const { field, message } of preview?.problems ?? []) {
    const at = FIELDS.find((each) => each === field) ?? 'subject'
    said[at] ??= say('fact.wrong', { message })
  }
  return said
}

const changeOf = (form: HTMLFormElement, corrected: FactRow | undefined, removes: boolean): Change => {
  const read = readForm(form)
  const text = (name: string): string => (typeof read[name] === 'string' ? read[name].trim() : '')
  const optional = (['share', 'validFrom', 'validTo', 'note'] as const).flatMap((name) =>
    text(name) === '' ? [] : [[name, text(name)] as const],
  )
  const row = {
    subject: text('subject'),
    predicate: text('predicate'),
    object: text('object'),
    source: text('source'),
    asOf: text('asOf'),
    evidence: text('evidence'),
    ...Object.fromEntries(optional),
    replaces: corrected === undefined ? [] : corrected.origin === 'shipped' ? [corrected.id] : corrected.replaces,
  }
  return { add: removes ? [] : [row], remove: corrected?.origin === 'owner' ? [corrected.id] : [] }
}

const today = (): string => new Date().toISOString().slice(0, 10)

const Fields = ({
  subject,
  corrected,
  predicates,
  busy,
  onLook,
  onType,
}: {
  readonly subject: string
  readonly corrected: FactRow | undefined
  readonly predicates: Predicates
  readonly busy: boolean
  readonly onLook: (form: HTMLFormElement, removes: boolean) => void
  readonly onType: () => void
}) => {
  const say = useSay()
  const [chosen, setChosen] = useState(corrected?.predicate ?? 'operated-by')
  const meant = predicates.find(({ name }) => name === chosen)
  const names = predicates.length === 0 ? [chosen] : predicates.map(({ name }) => name)
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (!busy) onLook(event.currentTarget, false)
  }
  return (
    <form onSubmit={submit} onChange={onType} noValidate>
      <div className={style.fields}>
        <TextField
          name="subject"
          label={say('fact.subject')}
          help={say('fact.subject-help')}
          dir="ltr"
          defaultValue={corrected?.subject ?? subject}
        />
        <SelectField
          name="predicate"
          label={say('fact.predicate')}
          value={chosen}
          onChange={({ target }) => setChosen(target.value)}
          options={names.map((value) => ({ value, label: verbOf(say, value) })).sort((one, other) => compareTexts(one.label, other.label))}
        />
        <TextField name="object" label={say('fact.object')} help={helpOf(say, meant)} dir="ltr" defaultValue={corrected?.object ?? ''} />
        {(meant?.share === true || corrected?.share != null) && (
          <TextField name="share" label={say('fact.share')} optional unit="%" defaultValue={corrected?.share ?? ''} />
        )}
        <TextField name="asOf" label={say('fact.read-on')} help={say('fact.day-help')} dir="ltr" defaultValue={today()} />
        <SelectField
          name="evidence"
          label={say('fact.stated')}
          defaultValue="attested"
          options={EVIDENCE.map((value) => ({ value, label: say(`evidence.${value}` as WordId) }))}
        />
        <TextField name="validFrom" label={say('fact.valid-from')} optional dir="ltr" defaultValue={corrected?.validFrom ?? ''} />
        <TextField name="validTo" label={say('fact.valid-to')} optional dir="ltr" defaultValue={corrected?.validTo ?? ''} />
        <div className={style.wide}>
          <TextField
            name="source"
            label={say('fact.source')}
            help={say('fact.source-help')}
            defaultValue={corrected?.origin === 'owner' ? corrected.source : ''}
          />
        </div>
        <div className={style.wide}>
          <TextArea
            name="note"
            label={say('fact.note')}
            optional
            rows={2}
            defaultValue={corrected?.origin === 'owner' ? (corrected.note ?? '') : ''}
          />
        </div>
      </div>
      {corrected !== undefined && corrected.origin === 'shipped' && <p>{say('fact.replaces', { id: corrected.id })}</p>}
      <p className={style.actions}>
        <Button type="submit" kind="primary" aria-disabled={busy}>
          {say('fact.look')}
        </Button>{' '}
        {corrected?.origin === 'owner' && (
          <Button
            onClick={({ currentTarget }) => {
              if (currentTarget.form !== null) onLook(currentTarget.form, true)
            }}
          >
            {say('fact.remove')}
          </Button>
        )}
      </p>
    </form>
  )
}

/** How an object of this predicate is written. */
const helpOf = (say: Say, predicate: Predicates[number] | undefined): string => {
  const forms = [
    ...(predicate?.objects ?? []).map((kind) => (kind === 'country' ? 'country:FR' : `${kind}:…`)),
    ...(predicate?.words ?? []),
  ]
  return say('fact.object-help', { forms: forms.join(', ') })
}
