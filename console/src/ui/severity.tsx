import { CircleAlert, Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSay } from '../words/words.tsx'
import style from './severity.module.css'

export type SeverityLevel = 'critical' | 'warning' | 'notice'
const ICONS: Readonly<Record<SeverityLevel, ReactNode>> = { critical: <OctagonAlert />, warning: <TriangleAlert />, notice: <Info /> }

/** How bad, as a mark of 18 px: octagon, triangle, circle. Always beside a sentence. */
export const Severity = ({ level }: { readonly level: SeverityLevel }) => (
  <span className={`${style.mark} ${style[level]}`}>
    {ICONS[level]}
    <span className="visually-hidden">{useSay()(`severity.${level}`)}</span>
  </span>
)

/** Something to be known beside what is shown: a sentence with its mark. `critical` and `warning` stand on their ground. */
export const Note = ({
  level = 'notice',
  title,
  children,
  action,
  live = false,
}: {
  readonly level?: SeverityLevel
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** Said aloud when it appears: for what somebody just did. */
  readonly live?: boolean
}) => (
  <div className={`${style.note} ${style[`on-${level}`]}`} {...(live ? { role: level === 'notice' ? 'status' : 'alert' } : {})}>
    <Severity level={level} />
    <div className={style.words}>
      {title !== undefined && <p className={style.title}>{title}</p>}
      {children !== undefined && <div className={style.text}>{children}</div>}
    </div>
    {action !== undefined && <div className={style.action}>{action}</div>}
  </div>
)

/** The mark of a field that is wrong. */
export const FieldMark = () => <CircleAlert className={style.field} aria-hidden="true" />
