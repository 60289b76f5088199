import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useSay } from '../words/words.tsx'
import { Button } from './button.tsx'
import style from './dialog.module.css'
import { TextField } from './field.tsx'

/** A layer over the page: the browser’s own dialog keeps focus inside and closes it with Escape. There only while `open`. */
export const Dialog = ({
  open,
  onClose,
  title,
  actions,
  wide = false,
  children,
}: {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  readonly actions?: ReactNode
  readonly wide?: boolean
  readonly children: ReactNode
}) => {
  const say = useSay()
  const heading = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (!open || dialog.current?.open !== false) return
    dialog.current.showModal()
    dialog.current.querySelector<HTMLElement>('[data-focus]')?.focus()
  }, [open])
  if (!open) return null
  return (
    // Escape and the button close it too; a click beside it is the same for hands.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key
    <dialog
      ref={dialog}
      className={`${style.dialog} ${wide ? style.wide : ''}`}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className={style.inside}>
        <header className={style.head}>
          <h2 id={heading} className={style.title} dir="auto">
            {title}
          </h2>
          <Button kind="quiet" iconOnly icon={<X />} onClick={onClose}>
            {say('ui.close')}
          </Button>
        </header>
        <div className={style.body}>{children}</div>
        {actions !== undefined && <footer className={style.actions}>{actions}</footer>}
      </div>
    </dialog>
  )
}

/** Asks once more for what hurts: the name of what is hurt is typed. Never disabled; a wrong name says what to type. */
export const TypedConfirm = ({
  open,
  onClose,
  onConfirm,
  title,
  name,
  confirm,
  busy = false,
  also,
  children,
}: {
  readonly open: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
  /** A question: “Block ashburn-api now?” */
  readonly title: ReactNode
  /** What is to be typed. */
  readonly name: string
  /** Verb and object. */
  readonly confirm: ReactNode
  readonly busy?: boolean
  /** What is safer: “Rehearse first”. */
  readonly also?: ReactNode
  /** What it does, in figures. */
  readonly children: ReactNode
}) => {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const attempt = (): void => {
    if (typed.trim() !== name) setWrong(true)
    else if (!busy) onConfirm()
  }
  return (
    <Dialog
      open={open}
      onClose={() => {
        setTyped('')
        setWrong(false)
        onClose()
      }}
      title={title}
      actions={
        <>
          <Button kind="danger" onClick={attempt} aria-disabled={busy}>
            {confirm}
          </Button>
          {also}
        </>
      }
    >
      {children}
      <TextField
        data-focus
        label={say('ui.type-to-confirm', { name })}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          if (wrong) setWrong(target.value.trim() !== name)
        }}
        onKeyDown={({ key }) => {
          if (key === 'Enter') attempt()
        }}
        {...(wrong ? { error: say('ui.type-exactly', { name }) } : {})}
      />
    </Dialog>
  )
}
