import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'
import style from './button.module.css'

export type ButtonKind = 'plain' | 'primary' | 'danger' | 'quiet'
type Look = {
  /** `danger` is still ink: what it does is said in words, and asked once more. */
  readonly kind?: ButtonKind | undefined
  readonly icon?: ReactNode
  /** An icon alone; the children are its name. */
  readonly iconOnly?: boolean | undefined
  /** The one main action of a panel. */
  readonly large?: boolean | undefined
}
const classOf = ({ kind = 'plain', iconOnly = false, large = false }: Look): string =>
  [style.button, style[kind], iconOnly ? style.only : '', large ? style.large : ''].join(' ')

const Face = ({ icon, iconOnly = false, children }: Look & { readonly children?: ReactNode }) => (
  <>
    {icon !== undefined && (
      <span className={style.icon} aria-hidden="true">
        {icon}
      </span>
    )}
    <span className={iconOnly ? 'visually-hidden' : ''}>{children}</span>
  </>
)

/** Verb and object: “Rehearse cutting the United States”. */
export const Button = ({ kind, icon, iconOnly, large, children, ...rest }: Look & ButtonHTMLAttributes<HTMLButtonElement>) => (
  <button type="button" {...rest} className={classOf({ kind, iconOnly, large })}>
    <Face icon={icon} iconOnly={iconOnly}>
      {children}
    </Face>
  </button>
)

/** Leads to another page of the console; `download` and addresses below `/admin` go past it. */
export const LinkButton = ({
  href,
  download,
  kind,
  icon,
  iconOnly,
  large,
  children,
}: Look & { readonly href: string; readonly download?: string | undefined; readonly children: ReactNode }) => {
  const face = (
    <Face icon={icon} iconOnly={iconOnly}>
      {children}
    </Face>
  )
  const className = classOf({ kind, iconOnly, large })
  if (download !== undefined || href.startsWith('/admin') || href.startsWith('/console')) {
    return (
      <a href={href} className={className} {...(download === undefined ? {} : { download })}>
        {face}
      </a>
    )
  }
  return (
    <Link href={href} className={className}>
      {face}
    </Link>
  )
}
