import { Check, CircleHelp, X } from 'lucide-react'
import { useSay } from '../../words/words.tsx'
import style from './models.module.css'

export type Said = 'yes' | 'no' | 'unknown'
const SIGNS = { yes: <Check />, no: <X />, unknown: <CircleHelp /> }

/** Yes, no, or not known: a sign and a word, both ink. */
export const Verdict = ({ verdict }: { readonly verdict: Said }) => (
  <span className={`${style.verdict} ${style[verdict]}`}>
    <span aria-hidden="true">{SIGNS[verdict]}</span>
    {useSay()(`may.${verdict}`)}
  </span>
)
