import type { ReactNode } from 'react'
import style from './figures.module.css'

export type Figure = {
  readonly label: ReactNode
  readonly value: ReactNode
  readonly unit?: ReactNode
  readonly note?: ReactNode
  readonly spark?: ReactNode
  /** Sets the note in the colour of what is bad. */
  readonly severity?: 'warning' | 'critical' | undefined
}

/** A row of figures as the cells of one card: two beside each other on a phone. */
export const Figures = ({ figures, size = 'figure' }: { readonly figures: readonly Figure[]; readonly size?: 'figure' | 'small' }) => (
  <dl className={style.figures}>
    {figures.map(({ label, value, unit, note, spark, severity }, index) => (
      // Cells never change places.
      // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
      <div key={index} className={style.cell}>
        <dt className={style.label}>{label}</dt>
        <dd className={style.line}>
          <span className={size === 'figure' ? style.value : style.small}>
            {value}
            {unit !== undefined && <span className={style.unit}>{unit}</span>}
          </span>
          {spark !== undefined && <span className={style.spark}>{spark}</span>}
        </dd>
        {note !== undefined && <dd className={`${style.note} ${severity === undefined ? '' : style[severity]}`}>{note}</dd>}
      </div>
    ))}
  </dl>
)
