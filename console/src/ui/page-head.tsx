import { type ReactNode, useEffect, useRef } from 'react'
import style from './page-head.module.css'

/** Whether somebody came here by the console itself: the first page of all leaves focus where the browser put it. */
let isFirst = true

/**
 * The sentence that answers the page’s question, and what one may do about it. `support`: a second, quieter line.
 * After navigation the sentence takes focus, so that screen readers say it once; it names the window too.
 */
export const PageHead = ({
  lead,
  actions,
  support,
  size = 'lead',
}: {
  readonly lead: ReactNode
  readonly actions?: ReactNode
  readonly support?: ReactNode
  /** `title`: a name rather than a sentence. */
  readonly size?: 'lead' | 'title'
}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  useEffect(() => {
    document.title = `${heading.current?.textContent ?? ''} · Allod`
  })
  return (
    <header className={style.head}>
      <div className={style.words}>
        <h1 ref={heading} tabIndex={-1} className={style[size]}>
          {lead}
        </h1>
        {support !== undefined && <p className={style.support}>{support}</p>}
      </div>
      {actions !== undefined && <div className={style.actions}>{actions}</div>}
    </header>
  )
}
