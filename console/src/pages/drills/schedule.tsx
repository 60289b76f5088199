import { useState } from 'react'
import * as v from 'valibot'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatPercent } from '../../format.ts'
import { Asked, Button, Card, Dialog, Empty, Form, Moment, Note, NumberField, SelectField, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { Told } from './names.tsx'
import type { Scenario, Scheduled } from './types.ts'

type Props = { readonly scenarios: readonly Scenario[]; readonly mayEdit: boolean }
/** What the dialog is about: one entry, a new one, or the limit. */
type Editing = Scheduled | 'new' | 'limit'

/** Drills that come again by themselves, and the limit that the trend is held against: the owner's own configuration. */
export const Schedule = ({ scenarios, mayEdit }: Props) => {
  const say = useSay()
  const schedule = useAnswer('GET /drills/schedule', {}, { topics: ['drills', 'policy'] })
  const [editing, setEditing] = useState<Editing>()
  const limit = schedule.data?.limitPercent ?? null
  return (
    <Card title={say('drills.schedule')} aside={mayEdit && <Button onClick={() => setEditing('new')}>{say('drills.schedule-add')}</Button>}>
      <Asked query={schedule}>
        {(data) => (
          <>
            {data.schedule.length === 0 ? (
              <Empty>{say('drills.schedule-none')}</Empty>
            ) : (
              <ul className={style.entries}>
                {data.schedule.map((entry) => (
                  <Entry key={entry.name} entry={entry} {...(mayEdit ? { onEdit: () => setEditing(entry) } : {})} />
                ))}
              </ul>
            )}
            <p className={style.limit}>
              {limit === null ? say('drills.limit-none') : say('drills.limit-is', { limit: formatPercent(limit / 100) })}{' '}
              {mayEdit && (
                <Button kind="quiet" onClick={() => setEditing('limit')}>
                  {say('drills.limit-set')}
                </Button>
              )}
            </p>
            <p className={style.quiet}>
              {say('drills.schedule-file')} <bdi dir="ltr">{data.file}</bdi>
            </p>
          </>
        )}
      </Asked>
      {editing === 'limit' && <LimitDialog limit={limit} onClose={() => setEditing(undefined)} />}
      {editing !== undefined && editing !== 'limit' && scenarios.length > 0 && (
        <EntryDialog entry={editing === 'new' ? undefined : editing} scenarios={scenarios} onClose={() => setEditing(undefined)} />
      )}
    </Card>
  )
}

const Entry = ({ entry, onEdit }: { readonly entry: Scheduled; readonly onEdit?: () => void }) => {
  const say = useSay()
  const { name, drill, mode, every, next, due, last, failed } = entry
  return (
    <li className={style.entry}>
      <div className={style.last}>
        <span>
          <strong>
            <bdi>{name}</bdi>
          </strong>{' '}
          {name !== drill && <bdi>({drill})</bdi>} {mode === 'live' && say('drills.live')}
        </span>
        <span className={style.quiet}>
          {due ? say('drills.due') : <Moment at={next} form="full" />} · {sayPeriod(say, every)}
        </span>
        {last !== null && (
          <span className={style.quiet}>
            <Moment at={last.time} /> <Told>{last.says}</Told>
          </span>
        )}
        {failed !== null && (
          <Note level="warning" title={say('drills.schedule-failed')}>
            <Told>{failed.message}</Told>
          </Note>
        )}
      </div>
      {onEdit !== undefined && (
        <Button kind="quiet" onClick={onEdit} aria-label={`${say('drills.edit')}: ${name}`}>
          {say('drills.edit')}
        </Button>
      )}
    </li>
  )
}

const PERIOD = /^P([1-9]\d{0,3})([YMWD])$/
const UNITS: Readonly<Record<string, 'year' | 'month' | 'week' | 'day'>> = { Y: 'year', M: 'month', W: 'week', D: 'day' }
const sayPeriod = (say: ReturnType<typeof useSay>, every: string): string => {
  const [, count, unit = ''] = PERIOD.exec(every) ?? []
  return say(`drills.every.${UNITS[unit] ?? 'day'}`, { count: Number(count) })
}

const EntryDialog = ({
  entry,
  scenarios,
  onClose,
}: {
  readonly entry: Scheduled | undefined
  readonly scenarios: readonly Scenario[]
  readonly onClose: () => void
}) => {
  const say = useSay()
  const write = useAct('PUT /drills/schedule/{name}')
  const remove = useAct('DELETE /drills/schedule/{name}')
  const schema = v.object({
    run: v.string(),
    name: v.pipe(v.string(), v.trim(), v.regex(/^$|^[a-z0-9][a-z0-9._-]{0,62}$/, say('drills.name-wanted'))),
    every: v.pipe(v.string(), v.trim(), v.regex(PERIOD, say('drills.every-wanted'))),
    from: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/, say('drills.from-wanted'))),
    at: v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, say('drills.at-wanted'))),
  })
  const waits = write.data?.says === 'waits' || remove.data?.says === 'waits'
  return (
    <Dialog open onClose={onClose} title={say(entry === undefined ? 'drills.schedule-add' : 'drills.schedule-edit')}>
      {waits ? (
        <Note live title={say('drills.waits')} />
      ) : (
        <Form
          schema={schema}
          submit={say('drills.schedule-save')}
          failure={write.error ?? remove.error}
          busy={write.isPending}
          also={
            entry !== undefined && (
              <Button
                kind="danger"
                onClick={() => remove.mutate({ path: { name: entry.name } }, { onSuccess: ({ says }) => says === 'in-force' && onClose() })}
              >
                {say('drills.schedule-remove')}
              </Button>
            )
          }
          onDone={({ run, name, every, from, at }) =>
            write.mutate(
              {
                path: { name: entry?.name ?? (name === '' ? run : name) },
                body: { run, every, from, at, ...(entry?.target == null ? {} : { target: entry.target }) },
              },
              { onSuccess: ({ says }) => says === 'in-force' && onClose() },
            )
          }
        >
          <SelectField
            name="run"
            label={say('drills.scenario')}
            defaultValue={entry?.drill ?? 'annual-disconnect'}
            options={scenarios.map(({ id, title }) => ({ value: id, label: title }))}
          />
          {entry === undefined && <TextField name="name" label={say('drills.name')} help={say('drills.name-help')} optional dir="ltr" />}
          <TextField
            name="every"
            label={say('drills.every')}
            help={say('drills.every-help')}
            defaultValue={entry?.every ?? 'P1Y'}
            dir="ltr"
          />
          <TextField name="from" type="date" label={say('drills.from')} defaultValue={entry?.from ?? ''} />
          <TextField name="at" type="time" label={say('drills.at')} defaultValue={entry?.at ?? '03:00'} />
          {entry?.mode === 'live' && <Note title={say('drills.live-bounds')} />}
        </Form>
      )}
    </Dialog>
  )
}

const LimitDialog = ({ limit, onClose }: { readonly limit: number | null; readonly onClose: () => void }) => {
  const say = useSay()
  const write = useAct('PUT /drills/limit')
  const schema = v.object({
    percent: v.optional(v.pipe(v.number(), v.minValue(0, say('drills.share-wanted')), v.maxValue(100, say('drills.share-wanted')))),
  })
  return (
    <Dialog open onClose={onClose} title={say('drills.limit-set')}>
      {write.data?.says === 'waits' ? (
        <Note live title={say('drills.waits')} />
      ) : (
        <Form
          schema={schema}
          submit={say('drills.limit-save')}
          failure={write.error}
          busy={write.isPending}
          onDone={({ percent }) =>
            write.mutate({ body: { percent: percent ?? null } }, { onSuccess: ({ says }) => says === 'in-force' && onClose() })
          }
        >
          <NumberField
            name="percent"
            label={say('drills.limit')}
            help={say('drills.limit-help')}
            unit={say('drills.unit-share')}
            optional
            min={0}
            max={100}
            {...(limit === null ? {} : { defaultValue: limit })}
          />
        </Form>
      )}
    </Dialog>
  )
}
