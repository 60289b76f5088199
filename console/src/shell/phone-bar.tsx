import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { Link, useRoute } from 'wouter'
import { PAGES, type Page } from '../pages.tsx'
import { Dialog } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import style from './phone-bar.module.css'
import { PageList, PersonLine } from './rail.tsx'

/** On phones: four pages and the rest, within reach of a thumb. */
export const PhoneBar = ({ onKeys }: { readonly onKeys: () => void }) => {
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  return (
    <nav className={style.bar} aria-label={say('shell.pages')} data-region="phone">
      {PAGES.filter(({ onPhone }) => onPhone === true).map((page) => (
        <PhoneItem key={page.path} page={page} />
      ))}
      <button type="button" className={style.item} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Ellipsis aria-hidden="true" />
        {say('shell.more')}
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={say('shell.pages')}>
        <PageList onGo={() => setOpen(false)} />
        <PersonLine
          onKeys={() => {
            setOpen(false)
            onKeys()
          }}
        />
      </Dialog>
    </nav>
  )
}

const PhoneItem = ({ page: { path, title, icon: Icon } }: { readonly page: Page }) => {
  const say = useSay()
  const [isHere] = useRoute(path)
  return (
    <Link href={path} className={style.item} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      {Icon !== undefined && <Icon aria-hidden="true" />}
      {say(title)}
    </Link>
  )
}
