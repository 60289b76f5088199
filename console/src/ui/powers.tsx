import { Eye, OctagonPause, PencilLine } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatCountry, formatList } from '../format.ts'
import { usePlaceOf } from '../places.ts'
import { useSay } from '../words/words.tsx'
import style from './powers.module.css'

export type Power = 'see' | 'stop' | 'change'
export const POWERS: readonly Power[] = ['see', 'stop', 'change']

const ICONS: Readonly<Record<Power, ReactNode>> = { see: <Eye />, stop: <OctagonPause />, change: <PencilLine /> }
/** The sign of a power, 16 px. */
export const PowerIcon = ({ power }: { readonly power: Power }) => (
  <span className={style.icon} aria-hidden="true">
    {ICONS[power]}
  </span>
)

/** Who holds a power: countries by their codes; undefined where nobody knows. */
export type Holders = readonly string[] | undefined

/**
 * Who could see, stop and change something. A box is filled where any country abroad holds the power, outlined where none does, and dashed
 * where it is not known.
 */
export const Powers = ({ see, stop, change }: Readonly<Record<Power, Holders>>) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  const held = { see, stop, change }
  const look = (holders: Holders): 'unknown' | 'held' | 'free' => {
    if (holders === undefined || holders.some((country) => placeOf(country) === 'unknown')) return 'unknown'
    return holders.some((country) => placeOf(country) === 'abroad') ? 'held' : 'free'
  }
  return (
    <span className={style.powers}>
      {POWERS.map((power) => {
        const holders = held[power]
        const who =
          holders === undefined
            ? say('ui.power-unknown')
            : holders.length === 0
              ? say('ui.power-nobody')
              : formatList(holders.map((country) => (placeOf(country) === 'unknown' ? say('place.unknown') : formatCountry(country))))
        return (
          <span key={power} className={`${style.power} ${style[look(holders)]}`} title={`${say(`power.${power}`)}: ${who}`}>
            {say(`power.${power}`)}
            <span className="visually-hidden">{`: ${who}. `}</span>
          </span>
        )
      })}
    </span>
  )
}
