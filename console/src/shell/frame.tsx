import type { ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { useSession } from '../api/session.tsx'
import { PAGES, type Page } from '../pages.tsx'
import { useSay } from '../words/words.tsx'
import style from './frame.module.css'

/** Rail, top bar and the page between them. */
export const Frame = ({ children }: { readonly children: ReactNode }) => {
  const say = useSay()
  const { exchange } = useSession()
  return (
    <div className={style.frame}>
      <a className={style.skip} href="#page">
        {say('shell.skip')}
      </a>
      <nav className={style.rail} aria-label={say('shell.pages')}>
        <strong>Allod</strong>
        <bdi>{exchange.operator}</bdi>
        {PAGES.filter(({ group }) => group !== undefined).map((page) => (
          <RailItem key={page.path} page={page} />
        ))}
      </nav>
      <main id="page" className={style.page}>
        {children}
      </main>
    </div>
  )
}

const RailItem = ({ page }: { readonly page: Page }) => {
  const say = useSay()
  const [isHere] = useRoute(page.path)
  return (
    <Link href={page.path} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      {say(page.title)}
    </Link>
  )
}
