import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useSay } from '../words/words.tsx'
import style from './combobox.module.css'
import { Field, type FieldFrame } from './field.tsx'

export type Suggestion = {
  readonly id: string
  /** What is found by, and what stands in the field once it is picked. */
  readonly text: string
  readonly face?: ReactNode
  /** Suggestions of a group stand together under its name. */
  readonly group?: string
}

/** Marks and letters apart do not keep a name from being found. */
const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
/** Those that hold every word of what was typed; those that begin with it first. */
export const findSuggestions = <Found extends Suggestion>(all: readonly Found[], typed: string): readonly Found[] => {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return all
  const found = all.filter(({ text }) => words.every((word) => fold(text).includes(word)))
  const begins = ({ text }: Suggestion): boolean => fold(text).startsWith(words[0] ?? '')
  return [...found.filter(begins), ...found.filter((each) => !begins(each))]
}

type ListProps<Found extends Suggestion> = {
  readonly id: string
  readonly found: readonly Found[]
  readonly active: number
  readonly onPick: (found: Found) => void
  readonly label: string
}
const Suggestions = <Found extends Suggestion>({ id, found, active, onPick, label }: ListProps<Found>) => {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active])
  return (
    <div ref={list} id={id} role="listbox" aria-label={label} className={style.list}>
      {found.map((suggestion, index) => {
        const { group, face, text, id: key } = suggestion
        return (
          <div key={key} role="presentation">
            {group !== undefined && group !== found[index - 1]?.group && <p className={style.group}>{group}</p>}
            {/* Keys act in the field, which holds the focus. */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has them */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus */}
            <div
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={style.option}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onPick(suggestion)}
            >
              {face ?? text}
            </div>
          </div>
        )
      })}
    </div>
  )
}

export type ComboboxProps<Found extends Suggestion> = FieldFrame & {
  readonly suggestions: readonly Found[]
  readonly onPick: (found: Found) => void
  /** What stands in the field; kept here where it is left out. */
  readonly value?: string
  readonly onType?: (typed: string) => void
  /** The list is always there, below the field. */
  readonly always?: boolean
  readonly placeholder?: string
  readonly name?: string
  /** Takes focus when the dialog around it opens. */
  readonly autoFocus?: boolean
  /** What stands in place of the list where nothing is found. */
  readonly nothing?: ReactNode
}

/**
 * A field with suggestions, after the ARIA authoring practices’ editable combobox with a list: arrows move, Enter picks, Escape closes the
 * list and then empties the field. Focus stays in the field.
 */
export const Combobox = <Found extends Suggestion>(props: ComboboxProps<Found>) => {
  const { suggestions, onPick, value, onType, always = false, placeholder, name, autoFocus = false, nothing, ...frame } = props
  const say = useSay()
  const listId = useId()
  const [own, setOwn] = useState('')
  const [isOpen, setOpen] = useState(always)
  const [active, setActive] = useState(always ? 0 : -1)
  const typed = value ?? own
  const found = findSuggestions(suggestions, typed)
  const type = (text: string): void => {
    setOwn(text)
    onType?.(text)
    setOpen(true)
    setActive(always || text !== '' ? 0 : -1)
  }
  const pick = (suggestion: Found): void => {
    setOwn(suggestion.text)
    onType?.(suggestion.text)
    setOpen(always)
    onPick(suggestion)
  }
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const chosen = found[active]
    if (step !== 0) {
      event.preventDefault()
      setOpen(true)
      setActive((active + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter' && isOpen && chosen !== undefined) {
      event.preventDefault()
      pick(chosen)
    } else if (event.key === 'Escape' && (isOpen || typed !== '') && !always) {
      event.stopPropagation()
      event.preventDefault()
      if (isOpen) setOpen(false)
      else type('')
    }
  }
  const isShown = isOpen && found.length > 0
  return (
    <div className={style.combobox}>
      <Field {...frame} name={name}>
        {(wired) => (
          <input
            {...wired}
            type="text"
            role="combobox"
            className={style.input}
            autoComplete="off"
            spellCheck={false}
            aria-autocomplete="list"
            aria-expanded={isShown}
            aria-controls={listId}
            {...(isShown && active >= 0 ? { 'aria-activedescendant': `${listId}-${active}` } : {})}
            {...(autoFocus ? { 'data-focus': true } : {})}
            placeholder={placeholder}
            name={name}
            value={typed}
            onChange={({ target }) => type(target.value)}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(always)}
            onKeyDown={move}
          />
        )}
      </Field>
      <div className={always ? '' : style.float} hidden={!isShown}>
        <Suggestions id={listId} found={found} active={active} onPick={pick} label={say('ui.suggestions')} />
      </div>
      {isOpen && found.length === 0 && typed !== '' && (nothing ?? <p className={style.none}>{say('ui.nothing-found')}</p>)}
      <p className="visually-hidden" role="status">
        {isOpen && typed !== '' ? say('ui.found', { count: found.length }) : ''}
      </p>
    </div>
  )
}
