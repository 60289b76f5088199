import {
  type ComponentPropsWithoutRef,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useContext,
  useId,
} from 'react'
import { useSay } from '../words/words.tsx'
import style from './field.module.css'
import { FormErrors } from './form-errors.ts'
import { FieldMark } from './severity.tsx'

export type FieldFrame = {
  readonly label: ReactNode
  /** One line under the label. */
  readonly help?: ReactNode
  /** What to enter instead; a form around says it by the field’s name. */
  readonly error?: ReactNode
  readonly optional?: boolean
  /** Stands inside the field’s end: “seconds”. */
  readonly unit?: ReactNode
  /** The label is said, not shown. */
  readonly labelHidden?: boolean
}
/** What a control must carry so that its label, help and error are read with it. */
export type Wired = {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

/** Label, help and error round any control; `children` gets what the control must carry. */
export const Field = ({
  label,
  help,
  error,
  optional = false,
  unit,
  labelHidden = false,
  name,
  children,
}: FieldFrame & { readonly name?: string | undefined; readonly children: (wired: Wired) => ReactNode }) => {
  const say = useSay()
  const id = useId()
  const inForm = useContext(FormErrors)
  const wrong = error ?? (name === undefined ? undefined : inForm[name])
  const described = [help === undefined ? '' : `${id}-help`, wrong === undefined ? '' : `${id}-error`].filter((each) => each !== '')
  const wired: Wired = {
    id,
    ...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') }),
    ...(wrong === undefined ? {} : { 'aria-invalid': true }),
  }
  return (
    <div className={style.field}>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : style.label}>
        {label}
        {optional && <span className={style.optional}> {say('ui.optional')}</span>}
      </label>
      {help !== undefined && (
        <p id={`${id}-help`} className={style.help}>
          {help}
        </p>
      )}
      <div className={style.control}>
        {children(wired)}
        {unit !== undefined && <span className={style.unit}>{unit}</span>}
      </div>
      {wrong !== undefined && (
        <p id={`${id}-error`} className={style.error}>
          <FieldMark />
          {wrong}
        </p>
      )}
    </div>
  )
}

const split = <Rest extends object>({ label, help, error, optional, unit, labelHidden, ...rest }: FieldFrame & Rest) => ({
  frame: {
    label,
    ...(help === undefined ? {} : { help }),
    ...(error === undefined ? {} : { error }),
    ...(optional === undefined ? {} : { optional }),
    ...(unit === undefined ? {} : { unit }),
    ...(labelHidden === undefined ? {} : { labelHidden }),
  },
  rest,
})

export const TextField = (props: FieldFrame & InputHTMLAttributes<HTMLInputElement>) => {
  const { frame, rest } = split(props)
  return (
    <Field {...frame} name={props.name}>
      {(wired) => <input type="text" autoComplete="off" spellCheck={false} dir="auto" {...rest} {...wired} className={style.input} />}
    </Field>
  )
}

/** A number; a form reads it as one, and as undefined where it is empty. */
export const NumberField = (props: FieldFrame & InputHTMLAttributes<HTMLInputElement>) => {
  const { frame, rest } = split(props)
  return (
    <Field {...frame} name={props.name}>
      {(wired) => <input type="number" inputMode="decimal" {...rest} {...wired} className={`${style.input} ${style.number}`} />}
    </Field>
  )
}

export type Option<Value extends string = string> = { readonly value: Value; readonly label: string }
export const SelectField = ({
  options,
  ...props
}: FieldFrame & { readonly options: readonly Option[] } & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'children'>) => {
  const { frame, rest } = split(props)
  return (
    <Field {...frame} name={props.name}>
      {(wired) => (
        <select {...rest} {...wired} className={style.input}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export const TextArea = (props: FieldFrame & TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly mono?: boolean }) => {
  const {
    frame,
    rest: { mono = false, ...rest },
  } = split(props)
  return (
    <Field {...frame} name={props.name}>
      {(wired) => (
        <textarea
          rows={4}
          spellCheck={false}
          dir={mono ? 'ltr' : 'auto'}
          {...rest}
          {...wired}
          className={`${style.input} ${style.area} ${mono ? style.mono : ''}`}
        />
      )}
    </Field>
  )
}

/** One thing that is so or not. `as="switch"`: it acts at once. */
export const CheckField = ({
  label,
  help,
  as = 'box',
  ...rest
}: Pick<FieldFrame, 'label' | 'help'> & { readonly as?: 'box' | 'switch' } & Omit<ComponentPropsWithoutRef<'input'>, 'type'>) => {
  const id = useId()
  return (
    <div className={style.check}>
      <input
        {...rest}
        id={id}
        type="checkbox"
        className={as === 'switch' ? style.switch : style.box}
        {...(as === 'switch' ? { role: 'switch' } : {})}
        {...(help === undefined ? {} : { 'aria-describedby': `${id}-help` })}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {help !== undefined && (
          <p id={`${id}-help`} className={style.help}>
            {help}
          </p>
        )}
      </div>
    </div>
  )
}

/** Fields that answer one question together. */
export const FieldGroup = ({ legend, children }: { readonly legend: ReactNode; readonly children: ReactNode }) => (
  <fieldset className={style.group}>
    <legend className={style.label}>{legend}</legend>
    {children}
  </fieldset>
)
