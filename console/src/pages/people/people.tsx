import { useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay, useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { Asked, Badge, Button, Card, type Column, Columns, Moment, Name, PageHead, Stack, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Account } from './account.tsx'
import { ChangePerson, Invite } from './change.tsx'
import { Proposals } from './proposals.tsx'

export type Person = Answer<'GET /people'>[number]

/** Who may sign in here, what waits for a second person, and one’s own account. */
export const People = () => {
  const say = useSay()
  const query = useAnswer('GET /people', {}, { topics: ['people'], enabled: useMay('audit') })
  const mayChange = useMay('administer')
  const [open, setOpen] = useState<'invite' | Person>()
  const people = query.data ?? []
  return (
    <>
      <PageHead
        lead={
          query.data === undefined
            ? say('page.people')
            : say('people.lead', { people: people.length, here: people.filter(({ sessions }) => sessions > 0).length })
        }
        actions={
          mayChange && (
            <Button kind="primary" onClick={() => setOpen('invite')}>
              {say('people.invite')}
            </Button>
          )
        }
      />
      <Stack>
        {useMay('audit') && (
          <>
            <Proposals />
            <Card title={say('people.may-enter')} flush>
              <Asked query={query}>{(rows) => <PeopleTable people={rows} {...(mayChange ? { onChange: setOpen } : {})} />}</Asked>
            </Card>
          </>
        )}
        <Columns>
          <Account />
        </Columns>
      </Stack>
      {open === 'invite' && <Invite onClose={() => setOpen(undefined)} />}
      {typeof open === 'object' && <ChangePerson person={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}

const PeopleTable = ({ people, onChange }: { readonly people: readonly Person[]; readonly onChange?: (person: Person) => void }) => {
  const say = useSay()
  const { person: me } = useSession()
  const columns: readonly Column<Person>[] = [
    {
      id: 'name',
      head: say('people.name'),
      sort: ({ name }) => name,
      cell: ({ name }) => (
        <>
          <Name>{name}</Name> {name === me.name && <Badge>{say('people.you')}</Badge>}
        </>
      ),
    },
    { id: 'role', head: say('people.role'), sort: ({ role }) => role, cell: ({ role }) => say(`role.${role}`) },
    { id: 'ways', head: say('people.ways'), cell: (person) => <Ways person={person} />, wideOnly: true },
    {
      id: 'seen',
      head: say('people.seen'),
      sort: ({ seen }) => seen ?? '',
      cell: ({ seen }) => <Moment at={seen ?? undefined} form="ago" />,
    },
    {
      id: 'sessions',
      head: say('people.sessions'),
      numeric: true,
      sort: ({ sessions }) => sessions,
      cell: ({ sessions }) => sessions,
      wideOnly: true,
    },
    ...(onChange === undefined
      ? []
      : [
          {
            id: 'change',
            head: <span className="visually-hidden">{say('people.change')}</span>,
            cell: (person: Person) => (
              <Button kind="quiet" onClick={() => onChange(person)} aria-label={say('people.change-person', { name: person.name })}>
                {say('people.change')}
              </Button>
            ),
          },
        ]),
  ]
  return <Table caption={say('people.may-enter')} columns={columns} rows={people} keyOf={({ name }) => name} sortIn="sort" />
}

const Ways = ({ person: { key, password, passkeys, openid, invited } }: { readonly person: Person }) => {
  const say = useSay()
  const ways = [
    ...(passkeys > 0 ? [say('people.way-passkeys', { count: passkeys })] : []),
    ...(password ? [say('people.way-password')] : []),
    ...(openid ? [say('people.way-openid')] : []),
    ...(key === null ? [] : [say('people.way-key')]),
    ...(invited === null ? [] : [say('people.way-code')]),
  ]
  return <>{ways.length === 0 ? say('people.way-none') : ways.join(' · ')}</>
}
