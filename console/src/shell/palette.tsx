import { Server } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useAnswer } from '../api/use.ts'
import { formatCountry } from '../format.ts'
import { Combobox, Dialog, Kbd, Place, type Suggestion } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import { type Action, useOfferedActions } from './actions.tsx'
import style from './palette.module.css'
import { useGroups } from './rail.tsx'

const COUNTRIES =
  'AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW'.split(
    ' ',
  )
/** What a call's id looks like; whether there is such a call is known when it is opened. */
const CALL_ID = /^call_[0-9A-HJKMNP-TV-Z]{26}$/

type Found = Suggestion & { readonly action: Action }

/** Pages, countries and whatever is offered on screen; what was typed itself, where it looks like a call. */
const useFound = (typed: string, isOpen: boolean): readonly Found[] => {
  const say = useSay()
  const [, navigate] = useLocation()
  const endpoints = useEndpoints(isOpen)
  const groups = useGroups()
  const offered = useOfferedActions()
  const pages = groups.flatMap(({ pages: each }) => each)
  const actions: Action[] = pages.map(({ path, title, icon, jump }) => ({
    id: `page ${path}`,
    text: say(title),
    group: say('action.go'),
    ...(icon === undefined ? {} : { icon }),
    ...(jump === undefined ? {} : { keys: `g ${jump}` }),
    act: () => navigate(path),
  }))
  if (CALL_ID.test(typed.trim())) {
    const call = typed.trim()
    actions.unshift({
      id: 'call',
      text: say('action.open-call', { call }),
      group: say('action.look'),
      act: () => navigate(`/calls/${encodeURIComponent(call)}`),
    })
  }
  actions.push(...endpoints, ...offered)
  if (typed.trim() !== '' && pages.some(({ path }) => path === '/map')) {
    const countries = COUNTRIES.map((country) => ({
      id: `country ${country}`,
      text: formatCountry(country),
      group: say('action.countries'),
      country,
      act: () => navigate(`/map?country=${country}`),
    }))
    actions.push(...countries)
  }
  return actions.map((action) => ({ ...action, face: <Face action={action} />, action }))
}

/** Endpoints by their names, asked for when somebody looks. */
const useEndpoints = (isOpen: boolean): readonly Action[] => {
  const say = useSay()
  const [, navigate] = useLocation()
  const { data } = useAnswer('GET /endpoints', { query: {} }, { enabled: isOpen, topics: ['cuts'] })
  return (data?.endpoints ?? []).map(({ name }) => ({
    id: `endpoint ${name}`,
    text: name,
    group: say('page.endpoints'),
    icon: Server,
    act: () => navigate(`/endpoints/${encodeURIComponent(name)}`),
  }))
}

const Face = ({ action: { icon: Icon, country, text, keys } }: { readonly action: Action }) => (
  <>
    {Icon !== undefined && <Icon className={style.icon} aria-hidden="true" />}
    {country === undefined ? (
      <bdi className={style.text}>{text}</bdi>
    ) : (
      <span className={style.text}>
        <Place country={country} form="badge" />
      </span>
    )}
    {keys !== undefined && <Kbd>{keys}</Kbd>}
  </>
)

/** Finds pages, endpoints, countries and calls, and does what is offered. What hurts opens its confirmation. */
export const Palette = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) => {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const found = useFound(typed, open)
  const close = (): void => {
    setTyped('')
    onClose()
  }
  return (
    <Dialog open={open} onClose={close} title={say('shell.find')}>
      <Combobox
        label={say('shell.find-help')}
        suggestions={found}
        value={typed}
        onType={setTyped}
        always
        autoFocus
        onPick={({ action }) => {
          close()
          action.act()
        }}
      />
    </Dialog>
  )
}
