import { type ReactNode, useId } from 'react'
import style from './card.module.css'

/** A group with a name. Never inside another: hairlines part what is inside. `flush`: the content reaches the edges. */
export const Card = ({
  title,
  aside,
  flush = false,
  children,
}: {
  readonly title?: ReactNode
  readonly aside?: ReactNode
  readonly flush?: boolean
  readonly children: ReactNode
}) => {
  const heading = useId()
  return (
    <section className={style.card} {...(title === undefined ? {} : { 'aria-labelledby': heading })}>
      {(title !== undefined || aside !== undefined) && (
        <header className={style.head}>
          {title !== undefined && (
            <h2 id={heading} dir="auto">
              {title}
            </h2>
          )}
          {aside !== undefined && <div className={style.aside}>{aside}</div>}
        </header>
      )}
      <div className={flush ? style.flush : style.body}>{children}</div>
    </section>
  )
}

/** Cards beside each other: `sides` names the split, which turns into one column where there is no room. */
export const Columns = ({
  sides = 'even',
  children,
}: {
  readonly sides?: 'even' | 'wide-narrow' | 'panel'
  readonly children: ReactNode
}) => <div className={`${style.columns} ${style[sides]}`}>{children}</div>
/** Cards below each other. */
export const Stack = ({ children }: { readonly children: ReactNode }) => <div className={style.stack}>{children}</div>
/** Things beside each other that wrap: buttons, badges. */
export const Row = ({ children }: { readonly children: ReactNode }) => <div className={style.row}>{children}</div>
