import { createContext, type ReactNode, useContext } from 'react'
import type { Answer } from '../../../src/http/console/contract/index.ts'
import type { Capability } from '../../../src/http/console/contract/route.ts'

export type Session = Answer<'GET /session'>
const SessionContext = createContext<Session | undefined>(undefined)

export const SessionProvider = ({ session, children }: { readonly session: Session; readonly children: ReactNode }) => (
  <SessionContext value={session}>{children}</SessionContext>
)

/** Who is signed in, and where. Only pages behind the sign-in may ask. */
export const useSession = (): Session => {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('this page is shown before anybody signed in')
  return session
}

/** Whether whoever is signed in may do this. The exchange decides it again. */
export const useMay = (capability: Capability): boolean => useSession().person.capabilities.includes(capability)
