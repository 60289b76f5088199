import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Button, type ButtonKind } from './button.tsx'
import style from './menu.module.css'

export type MenuItem = {
  readonly id: string
  readonly label: string
  readonly icon?: ReactNode
  readonly onPick: () => void
  /** For what is one of several: whether it is the one. */
  readonly checked?: boolean
}
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

/**
 * A button that opens a list of things to do, after the ARIA authoring practices’ menu button: arrows move, Home and End jump, letters find,
 * Escape and Tab close.
 */
export const Menu = ({
  label,
  icon,
  iconOnly = false,
  kind = 'plain',
  items,
}: {
  readonly label: ReactNode
  readonly icon?: ReactNode
  readonly iconOnly?: boolean
  readonly kind?: ButtonKind
  readonly items: readonly MenuItem[]
}) => {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const elements = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  useEffect(() => {
    if (!isOpen) return undefined
    list.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
    const leave = ({ target }: PointerEvent): void => {
      if (box.current?.contains(target as Node) === false) setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    return () => document.removeEventListener('pointerdown', leave)
  }, [isOpen])
  const close = (): void => {
    setOpen(false)
    box.current?.querySelector('button')?.focus()
  }
  /** Where a key leads from the item at this place. */
  const next = (key: string, at: number, all: readonly HTMLElement[]): HTMLElement | undefined => {
    if (key === 'Home') return all[0]
    if (key === 'End') return all.at(-1)
    const step = STEPS[key]
    if (step !== undefined) return all[(at + step + all.length) % all.length]
    const begins = ({ textContent }: HTMLElement): boolean => textContent?.trim().toLowerCase().startsWith(key.toLowerCase()) ?? false
    return key.length === 1 && key !== ' ' ? [...all.slice(at + 1), ...all].find(begins) : undefined
  }
  const move = (event: KeyboardEvent): void => {
    const all = elements()
    if (event.key === 'Tab') setOpen(false)
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    }
    const found = next(event.key, all.indexOf(document.activeElement as HTMLElement), all)
    if (found === undefined) return
    event.preventDefault()
    found.focus()
  }
  return (
    <div className={style.box} ref={box}>
      <Button
        kind={kind}
        icon={icon}
        iconOnly={iconOnly}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            setOpen(true)
          }
        }}
      >
        {label}
      </Button>
      <div id={id} ref={list} role="menu" hidden={!isOpen} className={style.menu} onKeyDown={move} tabIndex={-1}>
        {items.map(({ id: key, label: text, icon: sign, onPick, checked }) => (
          <button
            key={key}
            type="button"
            tabIndex={-1}
            className={style.item}
            {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked })}
            onClick={() => {
              close()
              onPick()
            }}
          >
            <span className={style.sign} aria-hidden="true">
              {checked === true ? '✓' : sign}
            </span>
            {text}
          </button>
        ))}
      </div>
    </div>
  )
}
