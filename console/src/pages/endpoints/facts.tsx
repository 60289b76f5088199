import { useState } from 'react'
import * as v from 'valibot'
import { useMay } from '../../api/session.tsx'
import { formatDay, formatNumber } from '../../format.ts'
import { Badge, Button, Card, type Column, Empty, SelectField, Table } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { FactEditor } from './fact-editor.tsx'
import style from './facts.module.css'
import { Day, type FactRow, nameOfReference, Reference, verbOf } from './names.tsx'
import { shareOf } from './reach.tsx'
import type { View } from './view.ts'

/** Everything that is known of an endpoint and of whoever it hangs on, each with its source; and the owner’s own, to be corrected here. */
export const Facts = ({ page, search, set }: View) => {
  const say = useSay()
  const mayGovern = useMay('govern')
  const subjects = [...new Set(page.facts.map(({ subject }) => subject))].sort()
  const shown = page.facts.filter(({ subject, object }) => search.about === '' || [subject, object].includes(search.about))
  const found = page.facts.find(({ id }) => id === search.fact)
  // A row that was just taken out is there no more; what became of it is still to be read.
  const [last, setLast] = useState(found)
  if (found !== undefined && found.id !== last?.id) setLast(found)
  const corrected = found ?? (last?.id === search.fact ? last : undefined)
  return (
    <>
      <Card
        flush
        title={say('endpoint.facts', { count: shown.length })}
        aside={
          <div className={style.aside}>
            <SelectField
              label={say('fact.subject')}
              labelHidden
              value={search.about}
              onChange={({ target }) => set({ about: target.value }, { replace: true })}
              options={[
                { value: '', label: say('fact.all-subjects') },
                ...[...new Set([...subjects, ...(search.about === '' ? [] : [search.about])])].map((value) => ({
                  value,
                  label: nameOfReference(say, value),
                })),
              ]}
            />
            {mayGovern && <Button onClick={() => set({ fact: 'new' })}>{say('fact.add')}</Button>}
          </div>
        }
      >
        <Table
          caption={say('endpoints.tab.facts')}
          columns={columnsOf(say, mayGovern ? (id) => set({ fact: id }) : undefined)}
          rows={shown}
          keyOf={({ id }) => id}
          sortIn="sort"
          sortedBy={{ by: 'subject', down: false }}
          empty={<Empty action={<Button onClick={() => set({ about: '' })}>{say('fact.all-subjects')}</Button>}>{say('fact.none')}</Empty>}
        />
      </Card>
      {!mayGovern && <p className={style.who}>{say('fact.who-may')}</p>}
      {mayGovern && (corrected !== undefined || search.fact === 'new') && (
        <FactEditor
          key={search.fact}
          subject={search.about === '' ? page.subject : search.about}
          corrected={corrected}
          onClose={() => set({ fact: '' })}
        />
      )}
    </>
  )
}

const columnsOf = (say: Say, onCorrect: ((id: string) => void) | undefined): readonly Column<FactRow>[] => [
  { id: 'subject', head: say('fact.subject'), sort: ({ subject }) => subject, cell: ({ subject }) => <Reference reference={subject} /> },
  {
    id: 'predicate',
    head: say('fact.predicate'),
    sort: ({ predicate }) => verbOf(say, predicate),
    cell: ({ predicate }) => verbOf(say, predicate),
  },
  {
    id: 'object',
    head: say('fact.object'),
    sort: ({ object }) => object,
    cell: ({ object, share }) => (
      <strong className={style.value}>
        <Reference reference={object} />
        {share !== null && <> ({shareOf(share)})</>}
      </strong>
    ),
  },
  { id: 'source', head: say('fact.source'), cell: ({ source, note }) => <Source source={source} note={note} /> },
  {
    id: 'read',
    head: say('fact.read-on'),
    sort: ({ asOf }) => asOf,
    cell: ({ asOf, age, stale }) => (
      <span className={style.read}>
        <Day day={asOf} />
        <small className={stale ? style.stale : ''}>
          {say(stale ? 'fact.stale-days' : 'fact.days', { days: age, shown: formatNumber(age) })}
        </small>
      </span>
    ),
  },
  { id: 'valid', head: say('fact.valid'), wideOnly: true, cell: (fact) => <Valid fact={fact} /> },
  { id: 'evidence', head: say('fact.stated'), sort: ({ evidence }) => evidence, cell: (fact) => <Standing fact={fact} /> },
  {
    id: 'correct',
    head: <span className="visually-hidden">{say('fact.correct')}</span>,
    cell: ({ id, origin, replacedBy }) =>
      onCorrect === undefined || replacedBy !== null || (origin !== 'shipped' && origin !== 'owner') ? null : (
        <Button kind="quiet" onClick={() => onCorrect(id)}>
          {say('fact.correct')}
        </Button>
      ),
  },
]

/** An address leads there, and takes nothing of this page along. */
const Source = ({ source, note }: { readonly source: string; readonly note: string | null }) => (
  <span className={style.source}>
    {v.is(ADDRESS, source) ? (
      <a href={source} rel="noreferrer noopener" target="_blank" dir="ltr">
        {source.replace(/^https:\/\//, '')}
      </a>
    ) : (
      <bdi>{source}</bdi>
    )}
    {note !== null && <small dir="auto">{note}</small>}
  </span>
)
const ADDRESS = v.pipe(v.string(), v.regex(/^https:\/\/\S+$/), v.url())

const dayOf = (day: string): string => formatDay(`${day}T12:00`)

const Valid = ({ fact: { validFrom, validTo } }: { readonly fact: FactRow }) => {
  const say = useSay()
  if (validFrom === null && validTo === null) return <>—</>
  return (
    <span className={style.read}>
      {validFrom !== null && <span>{say('fact.from', { day: dayOf(validFrom) })}</span>}
      {validTo !== null && <span>{say('fact.to', { day: dayOf(validTo) })}</span>}
    </span>
  )
}

const Standing = ({ fact: { evidence, origin, settles, holds, replacedBy } }: { readonly fact: FactRow }) => {
  const say = useSay()
  return (
    <span className={style.read}>
      <span>{say(`evidence.${evidence}`)}</span>
      {origin !== 'shipped' && <Badge>{say(`fact.origin.${origin}`)}</Badge>}
      {replacedBy !== null ? (
        <small>{say('fact.overruled', { by: replacedBy })}</small>
      ) : !holds ? (
        <small>{say('fact.not-today')}</small>
      ) : (
        !settles && <small>{say('fact.only-adds')}</small>
      )}
    </span>
  )
}
