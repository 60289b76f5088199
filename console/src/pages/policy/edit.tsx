import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { Button, Card, Columns, Note, SelectField, Stack, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Problem } from './editor.tsx'
import { Effect } from './effect.tsx'
import type { Policy } from './matrix.ts'
import style from './policy.module.css'
import type { Changing } from './policy.tsx'
import { PutInForce } from './put-in-force.tsx'

const Editor = lazy(async () => ({ default: (await import('./editor.tsx')).Editor }))

const NEW = '+'
/** A rule of the owner’s own, as it may begin. */
const START = `@id("my-rule")
@reason("one sentence that whoever is refused will read")
forbid (principal, action == Action::"call", resource)
when { context.dataClass >= context.classes["CLASS"] }
unless { context.home.containsAll(resource.see) };
`
const PAUSE = 500
/** What was typed, once nothing was for half a second. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** The rules changed, with everything that would follow beside them. Nothing takes effect before it is put in force. */
export const Edit = ({ policy, looked, look, onDone }: Changing) => {
  const [edition, setEdition] = useState(policy.edition)
  const [isSending, setSending] = useState(false)
  const chosen = looked.text === NEW ? undefined : (policy.texts.find(({ name }) => name === looked.text) ?? policy.texts[0])
  return (
    <>
      {edition !== policy.edition && !isSending && <ChangedMeanwhile onAnew={() => setEdition(policy.edition)} />}
      <EditText
        key={`${edition} ${chosen?.name ?? NEW}`}
        policy={policy}
        edition={edition}
        chosen={chosen}
        looked={looked}
        look={look}
        onDone={onDone}
        onSend={setSending}
      />
    </>
  )
}

const ChangedMeanwhile = ({ onAnew }: { readonly onAnew: () => void }) => {
  const say = useSay()
  return (
    <Note
      level="warning"
      live
      title={say('policy.changed-meanwhile')}
      action={<Button onClick={onAnew}>{say('policy.start-again')}</Button>}
    />
  )
}

const EditText = ({
  policy,
  edition,
  chosen,
  look,
  onDone,
  onSend,
}: Changing & { readonly onSend: (isSending: boolean) => void } & {
  readonly edition: string
  readonly chosen: Policy['texts'][number] | undefined
}) => {
  const say = useSay()
  const start = useMemo(() => chosen?.text ?? START.replace('CLASS', policy.dataClasses.at(-1) ?? ''), [chosen, policy])
  const [text, setText] = useState(start)
  const [fresh, setFresh] = useState('own.cedar')
  const [goTo, setGoTo] = useState<Problem>()
  const name = chosen?.name ?? fresh
  const settled = useSettled(text)
  const isChanged = settled !== chosen?.text
  const preview = useAnswer('POST /policy/preview', { body: { name, text: settled } }, { enabled: isChanged, keepsPrevious: true })
  const problems = useMemo(
    () =>
      (isChanged ? (preview.data?.problems ?? []) : []).flatMap(({ file, line, column = 1, message }): Problem[] =>
        line === undefined || file !== name ? [] : [{ line, column, message }],
      ),
    [preview.data, isChanged, name],
  )
  const save = (): void => document.querySelector<HTMLElement>('[name=reason]')?.focus()
  return (
    <Columns>
      <Card
        flush
        title={say('policy.editing')}
        aside={<TextChoice policy={policy} name={chosen?.name ?? NEW} onChoose={(each) => look({ text: each })} />}
      >
        {chosen === undefined && (
          <div className={style.below}>
            <TextField label={say('policy.file-name')} value={fresh} dir="ltr" onChange={({ target }) => setFresh(target.value)} />
          </div>
        )}
        {chosen?.origin === 'preset' && <p className={style.above}>{say('policy.preset-copy')}</p>}
        <Suspense>
          <Editor
            name={chosen?.name ?? NEW}
            start={start}
            label={say('policy.editor', { name })}
            problems={problems}
            goTo={goTo}
            onChange={setText}
            onSave={save}
          />
        </Suspense>
      </Card>
      <Stack>
        <Effect preview={isChanged ? preview : undefined} isSettled={settled === text && !preview.isPlaceholderData} onGoTo={setGoTo} />
        {isChanged && settled === text && preview.data?.checked?.passes === true && (
          <PutInForce needs={policy.needs} asking={{ name, text, edition }} onSend={onSend} onDone={onDone} />
        )}
      </Stack>
    </Columns>
  )
}

const TextChoice = ({
  policy,
  name,
  onChoose,
}: {
  readonly policy: Policy
  readonly name: string
  readonly onChoose: (name: string) => void
}) => {
  const say = useSay()
  const options = [...policy.texts.map((text) => ({ value: text.name, label: text.name })), { value: NEW, label: say('policy.new-file') }]
  return (
    <SelectField labelHidden label={say('policy.which')} value={name} options={options} onChange={({ target }) => onChoose(target.value)} />
  )
}
