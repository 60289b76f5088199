import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatList } from '../../format.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, PageHead, Tabs } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { About } from './about.tsx'
import { Care } from './care.tsx'
import { Installation } from './installation.tsx'
import { Proof } from './proof.tsx'
import { You } from './you.tsx'

export type Settings = Answer<'GET /settings'>
const PARTS = ['you', 'installation', 'proof', 'care', 'about'] as const
const SEARCH = v.object({ part: v.optional(v.picklist(PARTS), 'you') })

/** What one person chose here, what this installation is, and how anybody checks it. */
export const SettingsPage = () => {
  const say = useSay()
  const { exchange } = useSession()
  const [{ part }, setSearch] = useSearchOf(SEARCH)
  const settings = useAnswer('GET /settings', {}, { topics: ['calls', 'policy'] })
  const home = formatList(exchange.home.map(formatCountry))
  const asked = (show: (answer: Settings) => React.ReactNode) => () => (
    <Asked query={settings} holds={say('settings.holds')}>
      {show}
    </Asked>
  )
  const views = {
    you: () => <You />,
    installation: asked(({ installation }) => <Installation installation={installation} />),
    proof: asked(({ proof }) => <Proof proof={proof} />),
    care: asked(({ care }) => <Care care={care} />),
    about: asked(({ about }) => <About about={about} />),
  }
  return (
    <>
      <PageHead lead={say('settings.lead', { operator: exchange.operator, home })} support={<bdi>{exchange.name}</bdi>} />
      <Tabs
        label={say('page.settings')}
        tabs={PARTS.map((value) => ({ value, label: say(`settings.part-${value}`), panel: views[value] }))}
        value={part}
        onChange={(chosen) => setSearch({ part: chosen === 'you' ? undefined : chosen }, { replace: true })}
      />
    </>
  )
}
