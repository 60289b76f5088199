import type { ReactNode } from 'react'
import { useSession } from '../../api/session.tsx'
import { formatDay, formatMoney, formatNumber } from '../../format.ts'
import { type Preferences, prefer, usePreferences } from '../../preferences.ts'
import { Card, CheckField, Columns, Facts, Note, Segmented, SelectField, Stack } from '../../ui/index.ts'
import { LANGUAGES, type Language, NAMES } from '../../words/languages.ts'
import { hasOwn } from '../../words/locale.ts'
import { chooseLanguage, currentLanguage, useSay } from '../../words/words.tsx'

type Chosen = 'theme' | 'density' | 'digits' | 'calendar'
const VALUES: { readonly [Name in Chosen]: readonly Preferences[Name][] } = {
  theme: ['system', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  digits: ['latin', 'own'],
  calendar: ['gregory', 'own'],
}
const [NUMBER, MICROS, MOMENT] = [1_234_567.8, 1_640_000_000, Date.UTC(2026, 10, 22, 12)]

/** What this person chose for this browser. Each acts at once. */
export const You = () => {
  const say = useSay()
  const { singleKeys } = usePreferences()
  return (
    <Columns sides="wide-narrow">
      <Card title={say('settings.look')}>
        <Stack>
          <SelectField
            label={say('settings.language')}
            value={currentLanguage()}
            options={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
            onChange={({ target }) => chooseLanguage(target.value as Language)}
          />
          <Choose name="theme" />
          <Choose name="density" />
          {hasOwn(currentLanguage()) && <Choose name="digits" />}
          {hasOwn(currentLanguage()) && <Choose name="calendar" />}
          <CheckField
            as="switch"
            label={say('settings.single-keys')}
            help={say('settings.single-keys-help')}
            checked={singleKeys === 'on'}
            onChange={({ target }) => prefer({ singleKeys: target.checked ? 'on' : 'off' })}
          />
        </Stack>
      </Card>
      <Stack>
        <Written />
        <Note>{say('settings.kept-here')}</Note>
      </Stack>
    </Columns>
  )
}

const Choose = ({ name }: { readonly name: Chosen }) => {
  const say = useSay()
  const { [name]: chosen } = usePreferences()
  const choose = (value: string): void => {
    prefer({ [name]: value })
    // What was formatted stays as it was: the page is drawn anew.
    if (name === 'digits' || name === 'calendar') location.reload()
  }
  return (
    <Segmented
      legend={say(`settings.${name}`)}
      legendShown
      choices={VALUES[name].map((value) => ({
        value: value as string,
        label: say(`settings.${name}-${value}` as Parameters<typeof say>[0]),
      }))}
      value={chosen}
      onChange={choose}
    />
  )
}

/** How figures look under these choices. */
const Written = () => {
  const say = useSay()
  const { exchange } = useSession()
  const lines: readonly (readonly [ReactNode, string])[] = [
    [say('settings.number'), formatNumber(NUMBER)],
    [say('settings.money'), formatMoney(MICROS, exchange.currency)],
    [say('settings.day'), formatDay(MOMENT)],
  ]
  return (
    <Card title={say('settings.written')}>
      <Facts facts={lines.map(([name, value]) => ({ name, value: <bdi>{value}</bdi> }))} />
    </Card>
  )
}
