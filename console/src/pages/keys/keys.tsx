import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import * as v from 'valibot'
import { useMay } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Button, Empty, Note, PageHead, Segmented, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Change } from './change.tsx'
import style from './keys.module.css'
import { NewKey } from './new-key.tsx'
import { Revoke } from './revoke.tsx'
import { Tenant } from './tenant.tsx'
import type { KeyAnswer, KeysAnswer, Wanted } from './types.ts'

const SHOWS = ['in-force', 'unused', 'all'] as const
type Show = (typeof SHOWS)[number]
const SEARCH = v.object({ show: v.optional(v.picklist(SHOWS), 'in-force') })
/** Spending goes on although nobody changes anything. */
const MINUTE = 60_000

const FITS: Readonly<Record<Show, (state: KeyAnswer['state']) => boolean>> = {
  'in-force': (state) => state === 'in-force' || state === 'unused',
  unused: (state) => state === 'unused',
  all: () => true,
}

/** What is open over the page. */
type Open =
  | { readonly kind: 'key'; readonly application?: string }
  | { readonly kind: 'revoke'; readonly key: KeyAnswer; readonly application: string }
  | { readonly kind: 'change'; readonly wanted: Wanted }

/** Who may call, with what, for how much. */
export const Keys = () => {
  const say = useSay()
  const keys = useAnswer('GET /keys', {}, { topics: ['keys', 'policy', 'calls'], every: MINUTE })
  const [{ show }, setSearch] = useSearchOf(SEARCH)
  const [open, setOpen] = useState<Open>()
  const administers = useMay('administer')
  const close = (): void => setOpen(undefined)
  return (
    <>
      <PageHead
        lead={<Lead keys={keys.data} />}
        actions={
          administers && (
            <>
              <Button icon={<Plus />} onClick={() => setOpen({ kind: 'change', wanted: { kind: 'tenant' } })}>
                {say('key.add-tenant')}
              </Button>
              <Button kind="primary" icon={<KeyRound />} onClick={() => setOpen({ kind: 'key' })}>
                {say('key.new')}
              </Button>
            </>
          )
        }
      />
      <Asked query={keys}>
        {(data) => (
          <Stack>
            <div className={style.bar}>
              <Segmented
                legend={say('key.show')}
                choices={SHOWS.map((value) => ({ value, label: say(`key.show-${value}`) }))}
                value={show}
                onChange={(value) => setSearch({ show: value })}
              />
              {!administers && <p className={style.quiet}>{say('key.looks-only')}</p>}
            </div>
            {data.needs.key > 1 && <Note>{say('key.together', { count: data.needs.key })}</Note>}
            {data.tenants.length === 0 && <Empty>{say('key.no-tenant')}</Empty>}
            {data.tenants.map((tenant) => (
              <Tenant
                key={tenant.tenant}
                tenant={tenant}
                fits={FITS[show]}
                onChange={(wanted) => setOpen({ kind: 'change', wanted })}
                onNewKey={(application) => setOpen({ kind: 'key', application })}
                onRevoke={(key, application) => setOpen({ kind: 'revoke', key, application })}
              />
            ))}
            {open?.kind === 'key' && <NewKey keys={data} application={open.application} onClose={close} />}
            {open?.kind === 'revoke' && <Revoke chosen={open.key} application={open.application} onClose={close} />}
            {open?.kind === 'change' && <Change keys={data} wanted={open.wanted} onClose={close} />}
          </Stack>
        )}
      </Asked>
    </>
  )
}

const Lead = ({ keys }: { readonly keys: KeysAnswer | undefined }) => {
  const say = useSay()
  if (keys === undefined) return <>{say('page.keys')}</>
  const all = keys.tenants.flatMap(({ applications }) => applications.flatMap((application) => application.keys))
  const inForce = all.filter(({ state }) => FITS['in-force'](state))
  const unused = all.filter(({ state }) => state === 'unused').length
  const spent = keys.tenants.flatMap(budgetsOf).filter((budget) => budget.spent + budget.reserved >= budget.limit).length
  return (
    <>
      {say('key.lead', { keys: inForce.length, tenants: keys.tenants.length })} {unused > 0 && say('key.lead-unused', { count: unused })}
      {spent > 0 && ` ${say('key.lead-spent', { count: spent })}`}
    </>
  )
}

const budgetsOf = ({ budgets, applications }: KeysAnswer['tenants'][number]) => [
  ...budgets,
  ...applications.flatMap((application) => application.budgets),
]
