import { useState } from 'react'
import * as v from 'valibot'
import { useAct } from '../../api/use.ts'
import { formatDay, formatDuration } from '../../format.ts'
import { Badge, Button, Dialog, Disclosure, Facts, Form, Note, NumberField, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { saySteps, Told } from './names.tsx'
import { Outcome, Rehearse } from './scenarios.tsx'
import type { Scenario } from './types.ts'

type DialogProps = {
  readonly scenario: Scenario
  readonly sandbox: boolean
  readonly mayRun: boolean
  /** What its target is to begin with; empty: what the scenario itself names. */
  readonly aimedAt: string
  readonly onClose: () => void
}

/** What a scenario rehearses, where it happened, and how to rehearse it here. */
export const ScenarioDialog = ({ scenario, sandbox, mayRun, aimedAt, onClose }: DialogProps) => {
  const say = useSay()
  const { title, date, happened, trigger, steps, beyond, sources, origin, last } = scenario
  return (
    <Dialog open onClose={onClose} title={<Told>{title}</Told>} wide>
      <div className={style.scenario}>
        <p>
          <Told>{happened}</Told>
        </p>
        <Facts
          facts={[
            { name: say('drills.happened-on'), value: date === null ? say('drills.only-rehearsed') : formatDay(date) },
            { name: say('drills.trigger'), value: <Told>{trigger}</Told> },
            { name: say('drills.steps'), value: <Steps steps={steps} /> },
            { name: say('drills.last'), value: last === null ? '—' : <Outcome run={last} /> },
            { name: say('drills.origin'), value: say(`drills.origin-${origin}`) },
          ]}
        />
        {beyond.length > 0 && (
          <Disclosure summary={say('drills.beyond')}>
            <ul className={style.list}>
              {beyond.map((each) => (
                <li key={each}>
                  <Told>{each}</Told>
                </li>
              ))}
            </ul>
          </Disclosure>
        )}
        <Disclosure summary={say('drills.sources', { count: sources.length })}>
          <ul className={style.list}>
            {sources.map(({ says, at, evidence }) => (
              <li key={at}>
                <Told>{says}</Told>{' '}
                <bdi dir="ltr" className={style.address}>
                  {at}
                </bdi>{' '}
                <Badge>{evidence}</Badge>
              </li>
            ))}
          </ul>
        </Disclosure>
        {mayRun ? (
          <Order scenario={scenario} sandbox={sandbox} aimedAt={aimedAt} onClose={onClose} />
        ) : (
          <Note title={say('drills.not-yours')} />
        )}
      </div>
    </Dialog>
  )
}

const Steps = ({ steps }: { readonly steps: Scenario['steps'] }) => {
  const say = useSay()
  return (
    <ul className={style.list}>
      {steps.map(({ does, target, busiest, shows, after, lasts }, index) => (
        // Steps never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
        <li key={index}>
          {saySteps(say, does, target, busiest)}
          {after > 0 && ` · ${say('drills.after', { length: formatDuration(after) })}`}
          {lasts !== null && ` · ${say('drills.lasts', { length: formatDuration(lasts) })}`}
          {shows !== null && (
            <>
              {' '}
              <bdi className={style.quiet}>{shows}</bdi>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

const Order = ({ scenario, sandbox, aimedAt, onClose }: Omit<DialogProps, 'mayRun'>) => {
  const say = useSay()
  const [target, setTarget] = useState(aimedAt)
  const [isLive, setLive] = useState(false)
  return (
    <section className={style.order} aria-label={say('drills.rehearse')}>
      {scenario.aimable && (
        <TextField
          label={say('drills.target')}
          help={say('drills.target-help')}
          optional
          dir="ltr"
          value={target}
          onChange={(event) => setTarget(event.target.value)}
        />
      )}
      {isLive ? (
        <LiveForm scenario={scenario} sandbox={sandbox} target={target} onClose={onClose} />
      ) : (
        <div className={style.buttons}>
          <Rehearse scenario={scenario} target={target} primary />
          {scenario.live && <Button onClick={() => setLive(true)}>{say('drills.run-live')}</Button>}
        </div>
      )}
      <p className={style.quiet}>{say(scenario.live ? 'drills.plan-note' : 'drills.plan-only')}</p>
    </section>
  )
}

const LONGEST = 3600

/** Faults on the wire: bounded, said to be simulated or real, and begun by nobody who did not type which drill it is. */
const LiveForm = ({
  scenario: { id },
  sandbox,
  target,
  onClose,
}: Omit<DialogProps, 'mayRun' | 'aimedAt'> & { readonly target: string }) => {
  const say = useSay()
  const run = useAct('POST /drills/{scenario}/runs')
  const schema = v.object({
    seconds: v.pipe(
      v.number(say('drills.seconds-wanted')),
      v.minValue(1, say('drills.seconds-wanted')),
      v.maxValue(LONGEST, say('drills.seconds-wanted')),
    ),
    rate: v.pipe(
      v.number(say('drills.rate-wanted')),
      v.minValue(0, say('drills.rate-wanted')),
      v.maxValue(1000, say('drills.rate-wanted')),
    ),
    share: v.pipe(
      v.number(say('drills.share-wanted')),
      v.minValue(0, say('drills.share-wanted')),
      v.maxValue(100, say('drills.share-wanted')),
    ),
    failures: v.pipe(
      v.number(say('drills.failures-wanted')),
      v.integer(say('drills.failures-wanted')),
      v.minValue(1, say('drills.failures-wanted')),
    ),
    confirmed: v.pipe(v.string(), v.trim(), v.value(id, say('ui.type-exactly', { name: id }))),
  })
  return (
    <Form
      schema={schema}
      danger
      submit={say(sandbox ? 'drills.begin-simulated' : 'drills.begin-real')}
      also={<Button onClick={onClose}>{say('drills.cancel')}</Button>}
      failure={run.error}
      busy={run.isPending}
      effect={<Note level={sandbox ? 'notice' : 'warning'} title={say(sandbox ? 'drills.simulated-note' : 'drills.real-note')} />}
      onDone={({ seconds, rate, share, failures, confirmed }) =>
        run.mutate(
          {
            path: { scenario: id },
            body: {
              mode: 'live',
              ...(target === '' ? {} : { target }),
              live: {
                on: sandbox ? 'sandbox' : 'real',
                confirmed,
                share: share / 100,
                callsPerSecond: rate,
                mix: 'synthetic',
                forSeconds: seconds,
                abortAfter: failures,
              },
            },
          },
          { onSuccess: onClose },
        )
      }
    >
      <div className={style.bounds}>
        <NumberField
          name="seconds"
          label={say('drills.seconds')}
          unit={say('drills.unit-seconds')}
          defaultValue={30}
          min={1}
          max={LONGEST}
        />
        <NumberField
          name="rate"
          label={say('drills.rate')}
          unit={say('drills.unit-rate')}
          defaultValue={sandbox ? 5 : 0}
          min={0}
          max={1000}
        />
        <NumberField
          name="share"
          label={say('drills.share')}
          unit={say('drills.unit-share')}
          defaultValue={sandbox ? 0 : 10}
          min={0}
          max={100}
        />
        <NumberField name="failures" label={say('drills.failures')} defaultValue={sandbox ? 1000 : 3} min={1} />
      </div>
      <TextField name="confirmed" label={say('ui.type-to-confirm', { name: id })} autoComplete="off" dir="ltr" />
    </Form>
  )
}
