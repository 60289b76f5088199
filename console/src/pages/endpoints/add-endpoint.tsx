import { useState } from 'react'
import * as v from 'valibot'
import { useLocation } from 'wouter'
import type { Answer, Request } from '../../../../src/http/console/contract/index.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { Asked, Button, CheckField, Dialog, Facts, FieldGroup, Form, Name, Note, SelectField, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'

type Provider = Answer<'GET /providers'>['providers'][number]
type Order = Request<'POST /endpoints'>['body']

/** A new endpoint from a provider’s profile: what is known of it is filled in, what is not is named. Its key never passes through here. */
export const AddEndpoint = ({ taken, onClose }: { readonly taken: readonly string[]; readonly onClose: () => void }) => {
  const say = useSay()
  const query = useAnswer('GET /providers', {})
  const add = useAct('POST /endpoints')
  return (
    <Dialog open wide onClose={onClose} title={say('endpoints.add')}>
      {add.data === undefined ? (
        <Asked query={query}>
          {({ providers }) => (
            <Choosing
              providers={providers}
              taken={taken}
              busy={add.isPending}
              failure={add.error}
              onOrder={(body) => add.mutate({ body })}
            />
          )}
        </Asked>
      ) : (
        <Added added={add.data} onClose={onClose} />
      )}
    </Dialog>
  )
}

type Choosing = {
  readonly providers: readonly Provider[]
  readonly taken: readonly string[]
  readonly busy: boolean
  readonly failure: Parameters<typeof Form>[0]['failure']
  readonly onOrder: (order: Order) => void
}

const Choosing = ({ providers, taken, busy, failure, onOrder }: Choosing) => {
  const say = useSay()
  const [chosen, setChosen] = useState(providers[0]?.name ?? '')
  const provider = providers.find(({ name }) => name === chosen)
  if (provider === undefined) return null
  const text = v.pipe(v.string(), v.trim(), v.nonEmpty(say('endpoints.add.needed')))
  const schema = v.looseObject({
    name: v.pipe(
      text,
      v.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, say('endpoints.add.name-form')),
      v.check((name) => !taken.includes(name), say('endpoints.add.taken')),
    ),
    models: text,
  })
  return (
    <Form
      // Another provider is told other things.
      key={chosen}
      schema={schema}
      submit={say('endpoints.add')}
      busy={busy}
      failure={failure}
      effect={say('endpoints.add.effect')}
      onDone={(values) => onOrder(orderOf(provider, values))}
    >
      <SelectField
        label={say('endpoints.provider')}
        value={chosen}
        onChange={({ target }) => setChosen(target.value)}
        options={providers.map(({ name, title }) => ({ value: name, label: title }))}
      />
      <TextField
        name="name"
        label={say('endpoints.name')}
        defaultValue={taken.includes(provider.name) ? '' : provider.name}
        maxLength={63}
      />
      {provider.regions.length > 1 && (
        <SelectField
          name="region"
          label={say('endpoints.region')}
          help={say('endpoints.region-help')}
          options={provider.regions.map(({ name, in: within }) => ({ value: name, label: `${name} · ${within.join(' ')}` }))}
        />
      )}
      {provider.kind === 'engine' && (
        <TextField name="url" label={say('endpoints.address')} dir="ltr" placeholder="http://127.0.0.1:8000/v1" />
      )}
      <TextField
        name="models"
        label={say('endpoints.models')}
        help={say('endpoints.add.models-help')}
        dir="ltr"
        placeholder={provider.modelExample ?? ''}
      />
      {provider.parameters.map(({ name, title, default: usual, optional }) => (
        <TextField
          key={name}
          name={`parameter ${name}`}
          label={title}
          optional={optional}
          dir="ltr"
          {...(usual === null ? {} : { placeholder: usual })}
        />
      ))}
      {provider.takesKey && (
        <FieldGroup legend={say('endpoints.key')}>
          <SelectField
            name="key"
            label={say('endpoints.key-from')}
            help={say('endpoints.key-help')}
            options={[
              { value: 'none', label: say('endpoints.key-none') },
              { value: 'environment', label: say('endpoints.key-environment') },
              { value: 'file', label: say('endpoints.key-file') },
            ]}
          />
          <TextField name="keyName" label={say('endpoints.key-name')} dir="ltr" optional placeholder="ALLOD_ENDPOINT_… / endpoint-….key" />
        </FieldGroup>
      )}
      <CheckField name="probe" label={say('endpoints.add.probe')} help={say('endpoints.add.probe-help')} />
    </Form>
  )
}

const orderOf = (provider: Provider, values: Readonly<Record<string, unknown>>): Order => {
  const text = (name: string): string => (typeof values[name] === 'string' ? values[name].trim() : '')
  const parameters = Object.fromEntries(
    provider.parameters.map(({ name }) => [name, text(`parameter ${name}`)] as const).filter(([, value]) => value !== ''),
  )
  const key =
    text('key') === 'environment' ? { environment: text('keyName') } : text('key') === 'file' ? { file: text('keyName') } : undefined
  return {
    provider: provider.name,
    name: text('name'),
    models: text('models')
      .split(/[\s,]+/)
      .filter((model) => model !== ''),
    parameters,
    probe: values.probe === true,
    ...(text('region') === '' ? {} : { region: text('region') }),
    ...(text('url') === '' ? {} : { url: text('url') }),
    ...(key === undefined ? {} : { key }),
  }
}

const Added = ({ added, onClose }: { readonly added: Answer<'POST /endpoints'>; readonly onClose: () => void }) => {
  const say = useSay()
  const [, navigate] = useLocation()
  const { name, outcome, subject, facts, unknowns } = added
  return (
    <>
      <Note live title={say(outcome === 'waits' ? 'endpoints.added-waits' : 'endpoints.added', { name })}>
        {say('endpoints.added-next')}
      </Note>
      <Facts
        facts={[
          { name: say('endpoints.subject'), value: <Name code>{subject}</Name> },
          { name: say('endpoints.facts-known'), value: facts },
        ]}
      />
      {unknowns.length > 0 && (
        <>
          <h3>{say('endpoints.unknowns', { count: unknowns.length })}</h3>
          <ul>
            {unknowns.map((fact) => (
              <li key={fact}>
                <Name code>{fact}</Name>
              </li>
            ))}
          </ul>
        </>
      )}
      <Button kind="primary" onClick={() => (outcome === 'waits' ? onClose() : navigate(`/endpoints/${encodeURIComponent(name)}`))}>
        {say(outcome === 'waits' ? 'ui.close' : 'endpoints.open')}
      </Button>
    </>
  )
}
