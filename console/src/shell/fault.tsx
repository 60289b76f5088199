import { Component, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Button, LinkButton, Note, PageHead } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'

type State = { readonly fault?: unknown }
/** Catches what a page’s own code throws. React offers this to classes alone. */
class Boundary extends Component<{ readonly children: ReactNode; readonly shown: (fault: unknown) => ReactNode }, State> {
  override state: State = {}

  static getDerivedStateFromError(fault: unknown): State {
    return { fault }
  }

  override render(): ReactNode {
    const { children, shown } = this.props
    return this.state.fault === undefined ? children : shown(this.state.fault)
  }
}

/** A page that stops working says so, and leaves the frame and the other pages as they are. */
export const Guarded = ({ children }: { readonly children: ReactNode }) => {
  const [path] = useLocation()
  return (
    <Boundary key={path} shown={(fault) => <FaultPage fault={fault} />}>
      {children}
    </Boundary>
  )
}

const FaultPage = ({ fault }: { readonly fault: unknown }) => {
  const say = useSay()
  return (
    <>
      <PageHead lead={say('shell.fault')} actions={<Button onClick={() => location.reload()}>{say('shell.load-again')}</Button>} />
      <Note level="critical" title={say('shell.fault-holds')}>
        <bdi dir="ltr">{fault instanceof Error ? fault.message : String(fault)}</bdi>
      </Note>
    </>
  )
}

/** Where no page is. */
export const NotFound = () => {
  const say = useSay()
  return (
    <PageHead
      lead={say('shell.no-page')}
      support={say('shell.no-page-help')}
      actions={<LinkButton href="/">{say('shell.to-home')}</LinkButton>}
    />
  )
}
