import { Monitor, Moon, Search, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { matchRoute, useLocation, useRouter } from 'wouter'
import { useLostSince } from '../api/events.ts'
import { useSession } from '../api/session.tsx'
import { formatTime } from '../format.ts'
import { PAGES } from '../pages.tsx'
import { type Preferences, prefer, usePreferences } from '../preferences.ts'
import { Badge, Kbd, Menu } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import style from './top-bar.module.css'

const THEMES: Readonly<Record<Preferences['theme'], ReactNode>> = { system: <Monitor />, light: <Sun />, dark: <Moon /> }

/** The page on screen, by its place in the table; undefined where there is none. */
const useTitle = (): string | undefined => {
  const say = useSay()
  const { parser } = useRouter()
  const [path] = useLocation()
  const page = PAGES.find((each) => matchRoute(parser, each.path, path)[0])
  return page === undefined ? undefined : say(page.title)
}

/** Where one is, what is simulated, the palette and the theme. */
export const TopBar = ({ onFind }: { readonly onFind: () => void }) => {
  const say = useSay()
  const { exchange } = useSession()
  const title = useTitle()
  return (
    <header className={style.bar} data-region="top">
      <p className={style.where}>
        <bdi className={style.operator}>{exchange.operator}</bdi>
        {title !== undefined && <span className={style.title}>{title}</span>}
      </p>
      {exchange.sandbox && <Badge dashed>{say('shell.simulated')}</Badge>}
      <span className={style.space} />
      <button type="button" className={style.find} onClick={onFind} aria-keyshortcuts="Control+K">
        <Search aria-hidden="true" />
        <span className={style.findWords}>{say('shell.find')}</span>
        <span className={style.findKey}>
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <ThemeMenu />
    </header>
  )
}

const ThemeMenu = () => {
  const say = useSay()
  const { theme } = usePreferences()
  return (
    <Menu
      kind="quiet"
      iconOnly
      icon={THEMES[theme]}
      label={say('theme.choose')}
      items={(['system', 'light', 'dark'] as const).map((each) => ({
        id: each,
        label: say(`theme.${each}`),
        checked: each === theme,
        onPick: () => prefer({ theme: each }),
      }))}
    />
  )
}

/** Since when live figures have stopped; nothing while they arrive. */
export const LostNotice = () => {
  const say = useSay()
  const since = useLostSince()
  return <div role="status">{since !== undefined && <p className={style.lost}>{say('shell.lost', { time: formatTime(since) })}</p>}</div>
}
