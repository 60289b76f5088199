import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAnswer } from '../../api/use.ts'
import { formatDay, formatNumber } from '../../format.ts'
import { Asked, Card, CountryName, Disclosure, Empty, Facts, Name, Note, PageHead, Severity, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './agreements.module.css'

type Agreements = Answer<'GET /agreements'>
type Dated = Agreements['dates'][number]
/** A date is pointed at this long before. */
const SOON = 60
const SHOWN = 12

/** What stands for agreements: the countries and days the owner named, and the policies that read them. */
export const AgreementsPage = () => {
  const say = useSay()
  const agreements = useAnswer('GET /agreements', {}, { topics: ['policy', 'facts'] })
  return (
    <>
      <PageHead lead={<Lead agreements={agreements.data} />} />
      <Stack>
        <Note>{say('agreement.not-signed')}</Note>
        <Asked query={agreements}>{(data) => <Whole agreements={data} />}</Asked>
      </Stack>
    </>
  )
}

const Lead = ({ agreements }: { readonly agreements: Agreements | undefined }) => {
  const say = useSay()
  if (agreements === undefined) return <>{say('page.agreements')}</>
  const { sets, dates } = agreements
  const next = [...dates].sort((one, other) => one.daysLeft - other.daysLeft)[0]
  const countries = new Set(sets.flatMap(({ members }) => members)).size
  return (
    <>
      {sets.length === 0 ? say('agreement.lead-none') : say('agreement.lead', { countries, sets: sets.length })}{' '}
      {next !== undefined &&
        (next.daysLeft < 0 ? say('agreement.lead-over', { name: next.name }) : say('agreement.lead-ends', { count: next.daysLeft }))}
    </>
  )
}

const Whole = ({ agreements: { sets, dates, tags } }: { readonly agreements: Agreements }) => {
  const say = useSay()
  if (sets.length + dates.length + tags.length === 0) return <Empty>{say('agreement.none')}</Empty>
  return (
    <Stack>
      {sets.map((set) => (
        <Card key={set.name} title={<bdi>{set.name}</bdi>} aside={say('agreement.countries', { count: set.members.length })}>
          <Facts
            facts={[
              { name: say('agreement.named'), value: <Name code>{set.named.join(', ')}</Name> },
              { name: say('agreement.members'), value: <Members members={set.members} /> },
              { name: say('agreement.opens'), value: <Listed names={set.endpoints} none={say('agreement.opens-none')} /> },
              { name: say('agreement.policies'), value: <Listed names={set.policies} none={say('agreement.no-policy')} /> },
            ]}
          />
        </Card>
      ))}
      {dates.map((date) => (
        <Card key={date.name} title={<bdi>{date.name}</bdi>} aside={<Left date={date} />}>
          <Facts
            facts={[
              { name: say('agreement.last-day'), value: formatDay(date.date) },
              { name: say('agreement.policies'), value: <Listed names={date.policies} none={say('agreement.no-policy')} /> },
            ]}
          />
        </Card>
      ))}
      {tags.map((tag) => (
        <Card key={tag.tag} title={say('agreement.tag', { tag: tag.tag })} aside={formatNumber(tag.endpoints.length)}>
          <Facts
            facts={[
              { name: say('agreement.endpoints'), value: <Listed names={tag.endpoints} none="—" /> },
              { name: say('agreement.policies'), value: <Listed names={tag.policies} none={say('agreement.no-policy')} /> },
            ]}
          />
        </Card>
      ))}
      <p className={style.quiet}>{say('agreement.where')}</p>
    </Stack>
  )
}

const Left = ({ date: { daysLeft } }: { readonly date: Dated }) => {
  const say = useSay()
  return (
    <span className={style.left}>
      {daysLeft < SOON && <Severity level={daysLeft < 0 ? 'critical' : 'warning'} />}
      {daysLeft < 0 ? say('agreement.over') : say('agreement.left', { count: daysLeft })}
    </span>
  )
}

const Members = ({ members }: { readonly members: readonly string[] }) => {
  const say = useSay()
  const names = (shown: readonly string[]) => (
    <ul className={style.members}>
      {shown.map((country) => (
        <li key={country}>
          <CountryName country={country} />
        </li>
      ))}
    </ul>
  )
  if (members.length <= SHOWN) return names(members)
  return <Disclosure summary={say('agreement.all-countries', { count: members.length })}>{names(members)}</Disclosure>
}

const Listed = ({ names, none }: { readonly names: readonly string[]; readonly none: string }) =>
  names.length === 0 ? (
    <span className={style.quiet}>{none}</span>
  ) : (
    <ul className={style.listed}>
      {names.map((name) => (
        <li key={name}>
          <Name code>{name}</Name>
        </li>
      ))}
    </ul>
  )
