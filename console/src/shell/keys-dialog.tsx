import { Fragment, type ReactNode } from 'react'
import { PAGES } from '../pages.tsx'
import { PLACES } from '../places.ts'
import { usePreferences } from '../preferences.ts'
import { Dialog, Kbd, Note, PlaceShape } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import { useOfferedKeys } from './keys.tsx'
import style from './keys-dialog.module.css'

type Line = readonly [keys: readonly string[], does: string]

const Lines = ({ title, lines }: { readonly title: ReactNode; readonly lines: readonly Line[] }) => (
  <section>
    <h3 className={style.heading}>{title}</h3>
    <dl className={style.keys}>
      {lines.map(([keys, does]) => (
        <Fragment key={`${keys.join(' ')} ${does}`}>
          <dt>
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </Fragment>
      ))}
    </dl>
  </section>
)

/** Every key, those of this page first, and what the signs mean. */
export const KeysDialog = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) => {
  const say = useSay()
  const offered = useOfferedKeys()
  const { singleKeys } = usePreferences()
  const jumps = PAGES.flatMap(({ jump, title }): Line[] =>
    jump === undefined ? [] : [[['g', jump], say('keys.go', { page: say(title) })]],
  )
  const everywhere: Line[] = [
    [['Ctrl', 'K'], say('keys.find')],
    [['?'], say('keys.show')],
    [['/'], say('keys.filter')],
    [['j', 'k'], say('keys.rows')],
    [['F6'], say('keys.region')],
    [['Esc'], say('keys.close')],
    ...jumps,
  ]
  return (
    <Dialog open={open} onClose={onClose} title={say('keys.title')} wide>
      {singleKeys === 'off' && <Note>{say('keys.off')}</Note>}
      <div className={style.columns}>
        {offered.length > 0 && <Lines title={say('keys.in-page')} lines={offered.map(({ key, label }): Line => [[key], label])} />}
        <Lines title={say('keys.everywhere')} lines={everywhere} />
        <section>
          <h3 className={style.heading}>{say('keys.legend')}</h3>
          <ul className={style.signs}>
            {PLACES.map((place) => (
              <li key={place}>
                <PlaceShape place={place} />
                <span>{say(`keys.legend-${place}`)}</span>
              </li>
            ))}
          </ul>
          <p className={style.powers}>{say('keys.legend-powers')}</p>
        </section>
      </div>
    </Dialog>
  )
}
