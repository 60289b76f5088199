import { useState } from 'react'
import * as v from 'valibot'
import { ask } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { compareTexts } from '../../format.ts'
import { Asked, Badge, Button, CheckField, Form, Name, Place, SelectField, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './start.module.css'
import type { Start, StepProps } from './start.tsx'

export const EndpointStep = ({ start, onDone }: StepProps) => {
  const say = useSay()
  return (
    <>
      <ul className={style.chosen}>
        {start.endpoints.map(({ name, models, country, simulated }) => (
          <li key={name}>
            <Place country={country ?? undefined} /> <Name code>{name}</Name> <span className={style.quiet}>{models.join(', ')}</span>{' '}
            {simulated && <Badge dashed>{say('start.simulated')}</Badge>}
          </li>
        ))}
      </ul>
      {start.endpoints.some(({ place }) => place !== 'home') && (
        <div className={style.actions}>
          <Button onClick={onDone}>{say('start.endpoint.enough')}</Button>
        </div>
      )}
      <AddAbroad start={start} onDone={onDone} />
    </>
  )
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/
const VARIABLE = /^(?:|ALLOD_ENDPOINT_[A-Z0-9_]{1,80})$/
const AddAbroad = ({ start, onDone }: { readonly start: Start; readonly onDone: () => void }) => {
  const say = useSay()
  const providers = useAnswer('GET /providers', {})
  const alias = useAct('PUT /start/alias')
  const add = useAct('POST /endpoints')
  const [provider, setProvider] = useState('openai')
  const taken = start.endpoints.map(({ name }) => name)
  const schema = v.object({
    name: v.pipe(
      v.string(),
      v.regex(NAME, say('start.endpoint.name-form')),
      v.check((name) => !taken.includes(name), say('start.endpoint.name-taken')),
    ),
    model: v.pipe(v.string(), v.trim(), v.minLength(1, say('start.endpoint.model-wanted'))),
    simulated: v.boolean(),
    variable: v.pipe(v.string(), v.regex(VARIABLE, say('start.endpoint.variable-form'))),
  })
  type Wanted = v.InferOutput<typeof schema>
  const save = async ({ name, model, simulated, variable }: Wanted): Promise<void> => {
    if (simulated) await alias.mutateAsync({ body: { endpoint: name, model, simulates: provider } })
    else {
      const key = variable === '' ? {} : { key: { environment: variable } }
      await add.mutateAsync({ body: { provider, name, models: [model], ...key } })
      // The exchange names models as it writes them; what it wrote is asked for, not guessed.
      const { endpoints } = await ask('GET /start', {})
      const [written = model] = endpoints.find((each) => each.name === name)?.models ?? []
      await alias.mutateAsync({ body: { endpoint: name, model: written } })
    }
    onDone()
  }
  return (
    <Asked query={providers}>
      {({ providers: all }) => {
        // Those that need nothing but a name and a key: the others are added on the page of endpoints.
        const simple = all.filter(
          ({ parameters, kind }) => kind === 'hosted' && parameters.every((each) => each.optional || each.default !== null),
        )
        const chosen = simple.find(({ name }) => name === provider) ?? simple[0]
        return (
          <Form
            schema={schema}
            submit={say('start.endpoint.save')}
            busy={add.isPending || alias.isPending}
            failure={add.error ?? alias.error}
            // What failed is shown by the form.
            onDone={(wanted) => void save(wanted).catch(() => undefined)}
          >
            <SelectField
              label={say('start.endpoint.provider')}
              value={provider}
              onChange={({ target }) => setProvider(target.value)}
              options={simple
                .map(({ name, title }) => ({ value: name, label: title }))
                .sort((one, other) => compareTexts(one.label, other.label))}
            />
            <TextField
              key={`name ${provider}`}
              name="name"
              label={say('start.endpoint.name')}
              defaultValue={freeName(provider, taken)}
              dir="ltr"
            />
            <TextField
              key={`model ${provider}`}
              name="model"
              label={say('start.endpoint.model')}
              defaultValue={chosen?.modelExample ?? ''}
              dir="ltr"
            />
            <CheckField name="simulated" label={say('start.endpoint.simulate')} help={say('start.endpoint.simulate-help')} defaultChecked />
            <TextField
              name="variable"
              label={say('start.endpoint.variable')}
              help={say('start.endpoint.variable-help')}
              optional
              placeholder="ALLOD_ENDPOINT_ABROAD"
              dir="ltr"
            />
          </Form>
        )
      }}
    </Asked>
  )
}

const freeName = (provider: string, taken: readonly string[]): string => {
  let name = provider
  for (let number = 2; taken.includes(name); number++) name = `${provider}-${number}`
  return name
}
