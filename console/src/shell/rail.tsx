import { Keyboard, LogOut } from 'lucide-react'
import { Link, useRoute } from 'wouter'
import { useSession } from '../api/session.tsx'
import { useAct } from '../api/use.ts'
import { PAGES, type Page } from '../pages.tsx'
import { Button } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import { Logo } from './logo.tsx'
import style from './rail.module.css'

const GROUPS = ['top', 'run', 'own'] as const

/** Pages that whoever is signed in may open, group by group. */
export const useGroups = (): readonly { readonly group: (typeof GROUPS)[number]; readonly pages: readonly Page[] }[] => {
  const { capabilities } = useSession().person
  return GROUPS.map((group) => ({
    group,
    pages: PAGES.filter((page) => page.group === group && (page.may === undefined || capabilities.includes(page.may))),
  })).filter(({ pages }) => pages.length > 0)
}

/** Every page in its group; also what the phone’s “More” opens. */
export const PageList = ({ onGo }: { readonly onGo?: () => void }) => {
  const say = useSay()
  return useGroups().map(({ group, pages }) => (
    <div key={group} className={style.group}>
      {group !== 'top' && <h2 className={style.heading}>{say(`group.${group}`)}</h2>}
      <ul className={style.pages}>
        {pages.map((page) => (
          <li key={page.path}>
            <PageLink page={page} {...(onGo === undefined ? {} : { onGo })} />
          </li>
        ))}
      </ul>
    </div>
  ))
}

export const PageLink = ({ page, onGo }: { readonly page: Page; readonly onGo?: () => void }) => {
  const say = useSay()
  const [isHere] = useRoute(page.path)
  const [isBelow] = useRoute(`${page.path}/*`)
  const isCurrent = isHere || (page.path !== '/' && isBelow)
  const { icon: Icon } = page
  return (
    <Link href={page.path} className={style.item} onClick={() => onGo?.()} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
      {Icon !== undefined && <Icon aria-hidden="true" />}
      {say(page.title)}
    </Link>
  )
}

/** The pages at the side, and who is signed in. */
export const Rail = ({ onKeys }: { readonly onKeys: () => void }) => {
  const say = useSay()
  const { exchange } = useSession()
  return (
    <nav className={style.rail} aria-label={say('shell.pages')} data-region="rail">
      <div className={style.brand}>
        <Logo />
        <bdi className={style.operator} title={exchange.operator}>
          {exchange.operator}
        </bdi>
      </div>
      <div className={style.lists}>
        <PageList />
      </div>
      <PersonLine onKeys={onKeys} />
    </nav>
  )
}

/** Who is signed in, the keys, and the way out. */
export const PersonLine = ({ onKeys }: { readonly onKeys: () => void }) => {
  const say = useSay()
  const { person } = useSession()
  const leave = useSignOut()
  return (
    <div className={style.person}>
      <p className={style.who}>
        <bdi>{person.name}</bdi>
        <span className={style.role}>{say(`role.${person.role}`)}</span>
      </p>
      <Button kind="quiet" iconOnly icon={<Keyboard />} onClick={onKeys}>
        {say('keys.title')}
      </Button>
      <Button kind="quiet" iconOnly icon={<LogOut className="flip" />} onClick={leave}>
        {say('action.sign-out')}
      </Button>
    </div>
  )
}

/** Ends the session; the console is loaded anew, so that nothing that was seen stays in memory. */
export const useSignOut = (): (() => void) => {
  const { mutate } = useAct('DELETE /session')
  return () => mutate({}, { onSettled: () => location.assign('/console/') })
}
