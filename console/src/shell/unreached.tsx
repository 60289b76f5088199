import { useEffect } from 'react'
import { Note, PageHead } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import { Logo } from './logo.tsx'
import style from './unreached.module.css'

const AGAIN = 5000

/** The frame without the exchange: it says so, shows no figure, and asks again by itself. */
export const Unreached = ({ onRetry }: { readonly onRetry: () => void }) => {
  const say = useSay()
  useEffect(() => {
    const timer = setInterval(onRetry, AGAIN)
    return () => clearInterval(timer)
  }, [onRetry])
  return (
    <main className={style.page}>
      <Logo />
      <PageHead lead={say('unreached.title')} />
      <Note level="warning">{say('unreached.holds')}</Note>
    </main>
  )
}
