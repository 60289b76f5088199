import { lazy, Suspense } from 'react'
import { loadWords } from '../words/words.tsx'

/** Its code and words are loaded by whoever is not signed in alone. */
const Page = lazy(async () => {
  const [{ SignInPage }] = await Promise.all([import('./sign-in-page.tsx'), loadWords('sign-in', 'ui')])
  return { default: SignInPage }
})

/** The way in. */
export const SignIn = () => (
  <Suspense>
    <Page />
  </Suspense>
)
