import { useState } from 'react'
import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAct } from '../../api/use.ts'
import {
  Button,
  CopyButton,
  Dialog,
  Facts,
  Failure,
  Form,
  Moment,
  Name,
  Note,
  SelectField,
  TextField,
  TypedConfirm,
} from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './people.module.css'
import type { Person } from './people.tsx'

export const ROLES = ['viewer', 'auditor', 'approver', 'operator', 'policy-officer', 'administrator'] as const
type Waiting = Extract<Answer<'POST /people'>, { readonly proposal: number }>
const isWaiting = (answer: object): answer is Waiting => 'proposal' in answer

const useRoles = () => {
  const say = useSay()
  return ROLES.map((value) => ({ value, label: say(`role.${value}`) }))
}

export const Invite = ({ onClose }: { readonly onClose: () => void }) => {
  const say = useSay()
  const roles = useRoles()
  const invite = useAct('POST /people')
  if (invite.data !== undefined) return <Done answer={invite.data} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title={say('people.invite')}>
      <Form
        schema={v.object({
          name: v.pipe(v.string(), v.trim(), v.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, say('people.enter-name'))),
          role: v.picklist(ROLES),
        })}
        onDone={(body) => invite.mutate({ body })}
        submit={say('people.make-code')}
        failure={invite.error}
        busy={invite.isPending}
      >
        <TextField data-focus name="name" label={say('people.name')} help={say('people.name-help')} dir="ltr" autoCapitalize="none" />
        <SelectField name="role" label={say('people.role')} help={say('people.roles-help')} options={roles} defaultValue="viewer" />
      </Form>
    </Dialog>
  )
}

/** Another role, a new code, or the end of somebody’s access. */
export const ChangePerson = ({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) => {
  const say = useSay()
  const roles = useRoles()
  const [removing, setRemoving] = useState(false)
  const { name } = person
  const changeRole = useAct('PUT /people/{name}/role')
  const renew = useAct('POST /people/{name}/invitation')
  const remove = useAct('DELETE /people/{name}')
  const done = changeRole.data ?? renew.data ?? remove.data
  if (done !== undefined) return <Done answer={done} onClose={onClose} />
  if (removing)
    return (
      <TypedConfirm
        open
        onClose={onClose}
        onConfirm={() => remove.mutate({ path: { name } })}
        title={say('people.remove-now', { name })}
        name={name}
        confirm={say('people.remove', { name })}
        busy={remove.isPending}
      >
        <p>{say('people.remove-effect', { sessions: person.sessions })}</p>
        {remove.error !== null && <Failure failure={remove.error} />}
      </TypedConfirm>
    )
  return (
    <Dialog open onClose={onClose} title={say('people.change-person', { name })}>
      <Form
        schema={v.object({ role: v.picklist(ROLES) })}
        onDone={(body) => changeRole.mutate({ path: { name }, body })}
        submit={say('people.give-role')}
        failure={changeRole.error ?? renew.error}
        busy={changeRole.isPending}
        effect={say('people.role-effect', { sessions: person.sessions })}
      >
        <SelectField
          data-focus
          name="role"
          label={say('people.role')}
          help={say('people.roles-help')}
          options={roles}
          defaultValue={person.role}
        />
      </Form>
      <div className={style.others}>
        <Button onClick={() => renew.mutate({ path: { name } })}>{say('people.renew')}</Button>
        <Button kind="danger" onClick={() => setRemoving(true)}>
          {say('people.remove', { name })}
        </Button>
      </div>
    </Dialog>
  )
}

/** What came of it: it waits for others, it is done, or a code is shown this one time. */
const Done = ({
  answer,
  onClose,
}: {
  readonly answer: Answer<'POST /people'> | Answer<'PUT /people/{name}/role'> | Answer<'DELETE /people/{name}'>
  readonly onClose: () => void
}) => {
  const say = useSay()
  const close = <Button onClick={onClose}>{say('ui.close')}</Button>
  if (isWaiting(answer))
    return (
      <Dialog open onClose={onClose} title={say('people.waits')} actions={close}>
        <p>
          {say('people.waits-for', { count: answer.needs - answer.by.length })} <Moment at={answer.until} />
        </p>
        <Name code>{answer.what}</Name>
      </Dialog>
    )
  if (!('code' in answer))
    return (
      <Dialog open onClose={onClose} title={say('people.done')} actions={close}>
        <p>{say('people.done-help')}</p>
      </Dialog>
    )
  return (
    <Dialog open onClose={onClose} title={say('people.code-for', { name: answer.name })} actions={close}>
      <SecretOnce secret={answer.code} />
      <Facts
        facts={[
          { name: say('people.role'), value: say(`role.${answer.role}`) },
          { name: say('people.code-until'), value: <Moment at={answer.expires} form="full" /> },
        ]}
      />
    </Dialog>
  )
}

/** A code or key that is nowhere else. */
export const SecretOnce = ({ secret }: { readonly secret: string }) => {
  const say = useSay()
  return (
    <>
      <Note level="warning" live title={say('people.code-once')} />
      <div className={style.secret}>
        <code dir="ltr">{secret}</code>
        <CopyButton text={secret} />
      </div>
    </>
  )
}
