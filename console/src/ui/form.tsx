import { type FocusEvent, type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import * as v from 'valibot'
import type { ApiFailure } from '../api/client.ts'
import { say as sayOnce, useSay } from '../words/words.tsx'
import { Button } from './button.tsx'
import style from './form.module.css'
import { FormErrors } from './form-errors.ts'
import { Note } from './severity.tsx'

// A schema that brings no sentence of its own gets ours; the library’s are English and technical.
v.setGlobalMessage(() => sayOnce('ui.field-unusable'))

type Errors = Readonly<Record<string, string>>
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
const isControl = (element: Element): element is Control =>
  element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement

const controlsOf = (form: HTMLFormElement): Control[] => [...form.elements].filter(isControl).filter(({ name }) => name !== '')

const readControl = (control: Control, alike: readonly Control[]): unknown => {
  if (control instanceof HTMLInputElement) {
    if (control.type === 'checkbox') {
      const boxes = alike as readonly HTMLInputElement[]
      return boxes.length > 1 || control.dataset.many !== undefined
        ? boxes.filter(({ checked }) => checked).map(({ value }) => value)
        : control.checked
    }
    if (control.type === 'radio') return (alike as readonly HTMLInputElement[]).find(({ checked }) => checked)?.value
    if (control.type === 'number') return control.value === '' ? undefined : control.valueAsNumber
  }
  if (control instanceof HTMLSelectElement && control.multiple) return [...control.selectedOptions].map(({ value }) => value)
  return control.value
}

/** What a form holds by the names of its controls: texts, numbers (undefined where empty), booleans, and lists of what is ticked. */
export const readForm = (form: HTMLFormElement): Record<string, unknown> => {
  const controls = controlsOf(form)
  const names = new Set(controls.map(({ name }) => name))
  return Object.fromEntries(
    [...names].map((name) => {
      const alike = controls.filter((control) => control.name === name)
      return [name, alike[0] === undefined ? undefined : readControl(alike[0], alike)]
    }),
  )
}

const errorsOf = (schema: v.GenericSchema, values: unknown): Errors => {
  const checked = v.safeParse(schema, values)
  if (checked.success) return {}
  const said: Record<string, string> = {}
  for (const issue of checked.issues) said[String(issue.path?.[0]?.key ?? '')] ??= issue.message
  return said
}

export type FormProps<Schema extends v.GenericSchema> = {
  /** An object with a member for each named field; its messages are sentences that say what to enter. */
  readonly schema: Schema
  readonly onDone: (values: v.InferOutput<Schema>, form: HTMLFormElement) => void
  /** Verb and object. */
  readonly submit: ReactNode
  readonly danger?: boolean
  /** Beside the button: “Cancel”. */
  readonly also?: ReactNode
  /** What the exchange said of the last try. */
  readonly failure?: ApiFailure | null | undefined
  readonly busy?: boolean
  /** What it will do in figures, before the button. */
  readonly effect?: ReactNode
  readonly children: ReactNode
}

/**
 * A native form checked by a schema: a field when it is left, then with each change until it is right; all of them on saving, where a summary
 * with links takes focus. Saving is never disabled: it explains. Ctrl or ⌘ with Enter saves.
 */
export const Form = <Schema extends v.GenericSchema>(props: FormProps<Schema>) => {
  const { schema, onDone, submit, danger = false, also, failure, busy = false, effect, children } = props
  const [errors, setErrors] = useState<Errors>({})
  const [summary, setSummary] = useState<Errors>({})
  const form = useRef<HTMLFormElement>(null)
  const check = (name: string): void => {
    if (form.current === null) return
    const { [name]: wrong } = errorsOf(schema, readForm(form.current))
    setErrors(({ [name]: _, ...others }) => (wrong === undefined ? others : { ...others, [name]: wrong }))
  }
  const onLeave = ({ target, relatedTarget }: FocusEvent): void => {
    // Whoever leaves a field for a button is about to save or to cancel, and is told then.
    if (isControl(target) && target.name !== '' && !(relatedTarget instanceof HTMLButtonElement)) check(target.name)
  }
  const onChange = ({ target }: FormEvent): void => {
    if (isControl(target as Element) && errors[(target as Control).name] !== undefined) check((target as Control).name)
  }
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (form.current === null || busy) return
    const values = readForm(form.current)
    const wrong = errorsOf(schema, values)
    setErrors(wrong)
    setSummary(wrong)
    if (Object.keys(wrong).length === 0) onDone(v.parse(schema, values), form.current)
  }
  return (
    <FormErrors value={errors}>
      <form
        ref={form}
        noValidate
        className={style.form}
        onSubmit={save}
        onBlur={onLeave}
        onChange={onChange}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(event)
        }}
      >
        <Summary errors={summary} form={form} />
        {children}
        {failure !== null && failure !== undefined && <Failure failure={failure} />}
        {effect !== undefined && <div className={style.effect}>{effect}</div>}
        <div className={style.actions}>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} aria-disabled={busy}>
            {submit}
          </Button>
          {also}
        </div>
      </form>
    </FormErrors>
  )
}

const Summary = ({ errors, form }: { readonly errors: Errors; readonly form: React.RefObject<HTMLFormElement | null> }) => {
  const say = useSay()
  const box = useRef<HTMLDivElement>(null)
  const names = Object.keys(errors)
  useEffect(() => {
    if (Object.keys(errors).length > 0) box.current?.focus()
  }, [errors])
  if (names.length === 0) return null
  const go = (name: string): void => {
    const control = form.current?.elements.namedItem(name)
    const first = control instanceof RadioNodeList ? control[0] : control
    if (first instanceof HTMLElement) first.focus()
  }
  return (
    <div ref={box} tabIndex={-1} role="alert" className={style.summary}>
      <p className={style.title}>{say('ui.form-summary', { count: names.length })}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>
            {name === '' ? (
              errors[name]
            ) : (
              <button type="button" className={style.link} onClick={() => go(name)}>
                {errors[name]}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What the exchange said instead of doing it. */
export const Failure = ({ failure }: { readonly failure: ApiFailure }) => {
  const say = useSay()
  return (
    <Note level="critical" live title={say(failure.kind === 'unreachable' ? 'ui.unreachable' : 'ui.not-done')}>
      {failure.message === '' ? say('ui.unreachable-holds') : <bdi>{failure.message}</bdi>}
    </Note>
  )
}
