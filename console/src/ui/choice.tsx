import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import style from './choice.module.css'

export type Choice<Value extends string> = { readonly value: Value; readonly label: ReactNode; readonly icon?: ReactNode }

/** One of a few, all in sight: radio inputs, so the arrow keys come from the browser. */
export const Segmented = <Value extends string>({
  legend,
  legendShown = false,
  choices,
  value,
  onChange,
  name,
}: {
  readonly legend: ReactNode
  readonly legendShown?: boolean
  readonly choices: readonly Choice<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  /** Inside a form: under which name it is read. */
  readonly name?: string
}) => {
  const own = useId()
  return (
    <fieldset className={style.segmented}>
      <legend className={legendShown ? style.legend : 'visually-hidden'}>{legend}</legend>
      <div className={style.segments}>
        {choices.map((choice) => (
          <label key={choice.value} className={style.segment}>
            <input
              type="radio"
              className="visually-hidden"
              name={name ?? own}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.icon !== undefined && <span aria-hidden="true">{choice.icon}</span>}
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export type Tab<Value extends string> = Choice<Value> & { readonly panel: () => ReactNode; readonly count?: ReactNode }
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 }

/** Views of one thing, one at a time; which, is the page’s to keep in the URL. Arrow keys move, Home and End jump. */
export const Tabs = <Value extends string>({
  label,
  tabs,
  value,
  onChange,
}: {
  readonly label: string
  readonly tabs: readonly Tab<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}) => {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const chosen = Math.max(
    0,
    tabs.findIndex((tab) => tab.value === value),
  )
  const move = (event: KeyboardEvent): void => {
    const turn = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : chosen + turn * (STEPS[event.key] ?? Number.NaN)
    const tab = tabs[(next + tabs.length) % tabs.length]
    if (tab === undefined) return
    event.preventDefault()
    onChange(tab.value)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[tabs.indexOf(tab)]?.focus()
  }
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className={style.tabs} onKeyDown={move}>
        {tabs.map((tab, index) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={index === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={index === chosen ? 0 : -1}
            className={style.tab}
            onClick={() => onChange(tab.value)}
          >
            {tab.label}
            {tab.count !== undefined && <span className={style.count}>{tab.count}</span>}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${tabs[chosen]?.value ?? ''}`} className={style.panel}>
        {tabs[chosen]?.panel()}
      </div>
    </>
  )
}

/** What is there for whoever asks. */
export const Disclosure = ({
  summary,
  open = false,
  children,
}: {
  readonly summary: ReactNode
  readonly open?: boolean
  readonly children: ReactNode
}) => (
  <details className={style.disclosure} open={open}>
    <summary className={style.summary}>{summary}</summary>
    <div className={style.inside}>{children}</div>
  </details>
)
