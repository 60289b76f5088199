import { Card, Code, Disclosure, Name, Note, PlaceShape, PlaceWord } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './call.module.css'
import type { Call } from './steps.ts'

type Decided = Call['law']['decisions'][number]

/** Which endpoints were considered, and which policy decided each; its text where it is still in force. */
export const Why = ({ call }: { readonly call: Call }) => {
  const say = useSay()
  const { law, row } = call
  const title = say(row.outcome === 'refused' ? 'call.why-refused' : 'call.why-allowed')
  const ordered = [...law.decisions].sort((one, other) => Number(isServing(other, row)) - Number(isServing(one, row)))
  return (
    <Card title={title} aside={<bdi>{law.policy.replace('sha256:', '').slice(0, 8)}</bdi>}>
      <div className={style.stack}>
        {!law.inForce && <Note>{say('call.law-changed')}</Note>}
        {ordered.map((decided) => (
          <Decision
            key={`${decided.endpoint}/${decided.model}`}
            decided={decided}
            isOpen={isServing(decided, row) || row.outcome === 'refused'}
          />
        ))}
        <p className={style.quiet}>{say(row.outcome === 'refused' ? 'call.decided-then' : 'call.decided-again')}</p>
      </div>
    </Card>
  )
}
const isServing = ({ endpoint, model }: Decided, row: Call['row']): boolean => endpoint === row.endpoint && model === row.model

const Decision = ({ decided, isOpen }: { readonly decided: Decided; readonly isOpen: boolean }) => {
  const say = useSay()
  const { endpoint, model, permitted, place, policies } = decided
  return (
    <section className={style.decision}>
      <h3 className={style.decided}>
        <PlaceShape place={place} /> <Name>{`${endpoint}/${model}`}</Name>
        <span className={style.where}>
          <PlaceWord place={place} />
        </span>
        <span className={permitted ? style.permitted : style.refusedMark}>{say(permitted ? 'call.permitted' : 'call.refused')}</span>
      </h3>
      {policies.map(({ id, reason, law, text, file, line }) => (
        <div key={id}>
          <p dir="auto">{reason === '' ? id : sentence(reason)}</p>
          <p className={style.quiet}>
            <bdi>{id}</bdi>
            {file !== null && <> · {<bdi dir="ltr">{`${file}:${line ?? 1}`}</bdi>}</>}
            {law !== null && <> · {<bdi>{law}</bdi>}</>}
          </p>
          {text !== null && (
            <Disclosure summary={say('call.policy-text')} open={isOpen}>
              <Code language="cedar" text={text} label={id} />
            </Disclosure>
          )}
        </div>
      ))}
    </section>
  )
}
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
