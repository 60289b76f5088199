import { Keyboard, LogOut } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import { useLostSince } from '../api/events.ts'
import { PAGES } from '../pages.tsx'
import { useSay } from '../words/words.tsx'
import { useActions } from './actions.tsx'
import style from './frame.module.css'
import { useFrameKeys } from './keys.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { Palette } from './palette.tsx'
import { PhoneBar } from './phone-bar.tsx'
import { Rail, useSignOut } from './rail.tsx'
import { RehearsalBar } from './rehearsal-bar.tsx'
import { LostNotice, TopBar } from './top-bar.tsx'

/** Rail, top bar and the page between them. */
export const Frame = ({ children }: { readonly children: ReactNode }) => {
  const say = useSay()
  const [, navigate] = useLocation()
  const [layer, setLayer] = useState<'find' | 'keys'>()
  const isLost = useLostSince() !== undefined
  const leave = useSignOut()
  const close = (): void => setLayer(undefined)
  const showKeys = (): void => setLayer('keys')
  useActions([
    { id: 'keys', text: say('action.show-keys'), group: say('action.do'), icon: Keyboard, keys: '?', act: showKeys },
    { id: 'sign-out', text: say('action.sign-out'), group: say('action.do'), icon: LogOut, act: leave },
  ])
  useFrameKeys({
    find: () => setLayer('find'),
    show: showKeys,
    jump: (letter) => {
      const page = PAGES.find(({ jump }) => jump === letter)
      if (page !== undefined) navigate(page.path)
      return page !== undefined
    },
  })
  return (
    <div className={style.frame}>
      <a className={style.skip} href="#page">
        {say('shell.skip')}
      </a>
      <Rail onKeys={showKeys} />
      <div className={style.column}>
        <TopBar onFind={() => setLayer('find')} />
        <RehearsalBar />
        <LostNotice />
        <main id="page" className={`${style.page} ${isLost ? style.lost : ''}`} tabIndex={-1} data-region="page">
          {children}
        </main>
      </div>
      <PhoneBar onKeys={showKeys} />
      <Palette open={layer === 'find'} onClose={close} />
      <KeysDialog open={layer === 'keys'} onClose={close} />
    </div>
  )
}
