import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Route, Router, Switch } from 'wouter'
import { type ApiFailure, rememberCsrf } from './api/client.ts'
import { useEvents } from './api/events.ts'
import { SessionProvider } from './api/session.tsx'
import { useAnswer } from './api/use.ts'
import { PAGES, Shown, VerifyPage } from './pages.tsx'
import { Guarded, NotFound } from './shell/fault.tsx'
import { Frame } from './shell/frame.tsx'
import { keepRehearsal } from './shell/rehearsal.tsx'
import { SignIn } from './shell/sign-in.tsx'
import { Unreached } from './shell/unreached.tsx'
import { WordsProvider } from './words/words.tsx'

const RETRIES = 2
/** What was refused stays refused; what was not reached is asked again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (count, failure) => count < RETRIES && ['unreachable', 'unavailable'].includes((failure as ApiFailure).kind),
    },
  },
})

export const Application = () => (
  <WordsProvider>
    <QueryClientProvider client={queries}>
      <Router base="/console" hrefs={keepRehearsal} aroundNav={(navigate, to, options) => navigate(keepRehearsal(to), options)}>
        <Switch>
          <Route path="/verify">
            <Suspense>
              <Shown view={VerifyPage} />
            </Suspense>
          </Route>
          <Route>
            <Entrance />
          </Route>
        </Switch>
      </Router>
    </QueryClientProvider>
  </WordsProvider>
)

/** Whoever is not signed in sees the sign-in; everybody else their page. */
const Entrance = () => {
  const { data: session, error, refetch } = useAnswer('GET /session', {})
  const isOutside = error?.kind === 'not-signed-in'
  useEvents(session !== undefined && !isOutside)
  if (isOutside) return <SignIn />
  if (session === undefined) return error === null ? null : <Unreached onRetry={refetch} />
  rememberCsrf(session.csrf)
  return (
    <SessionProvider session={session}>
      <Frame>
        <Guarded>
          <Suspense>
            <Switch>
              {PAGES.map(({ path, View }) => (
                <Route key={path} path={path}>
                  <Shown view={View} />
                </Route>
              ))}
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </Guarded>
      </Frame>
    </SessionProvider>
  )
}
