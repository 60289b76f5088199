import { Search } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { Button, Combobox, Disclosure, type Suggestion } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './calls.module.css'
import { type Filter, OTHER_NAMES, readText, WORD_NAMES, writeText } from './filter.ts'

const OUTSIDE = ['slower:2s', 'slower:10s', 'dearer:0.01', 'dearer:1']

/** One field for the whole filter. Suggestions complete the word that is being written, with what calls really had. */
export const FilterField = ({ filter, onFilter }: { readonly filter: Filter; readonly onFilter: (filter: Filter) => void }) => {
  const say = useSay()
  const written = writeText(filter)
  const [draft, setDraft] = useState(written)
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => setDraft(written), [written])
  useEffect(() => box.current?.querySelector('input')?.setAttribute('data-filter', ''), [])
  const suggestions = useSuggestions(draft)
  const { strange } = readText(draft)
  const apply = (text: string): void => {
    const read = readText(text)
    if (read.strange.length === 0) onFilter(read.filter)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    apply(draft)
  }
  return (
    <search>
      <form ref={box} className={style.filter} onSubmit={submit}>
        <div className={style.field}>
          <Combobox
            label={say('calls.filter')}
            labelHidden
            placeholder="place:abroad class:internal …"
            suggestions={suggestions}
            value={draft}
            onType={setDraft}
            onPick={({ text }) => apply(text)}
            nothing={null}
            {...(strange.length > 0 && draft.endsWith(' ') ? { error: say('calls.strange', { word: strange[0] ?? '' }) } : {})}
          />
        </div>
        <Button type="submit" icon={<Search />}>
          {say('calls.apply')}
        </Button>
        {written !== '' && (
          <Button kind="quiet" onClick={() => onFilter({})}>
            {say('calls.drop')}
          </Button>
        )}
        <div className={style.help}>
          <Disclosure summary={say('calls.filter-help')}>
            <p>
              <Sentence id="calls.filter-how" parts={[<code key="0" />, <code key="1" />]} />
            </p>
            <ul className={style.names}>
              {[...WORD_NAMES, ...OTHER_NAMES].map((name) => (
                <li key={name}>
                  <code dir="ltr">{`${name}:`}</code> {say(`calls.by-${name}`)}
                </li>
              ))}
            </ul>
          </Disclosure>
        </div>
      </form>
    </search>
  )
}

/** For the last word of a text: every completion that some call would pass. */
const useSuggestions = (draft: string): readonly Suggestion[] => {
  const words = useAnswer('GET /calls/words', {}, { topics: ['calls'] })
  const known = words.data?.words ?? {}
  const all = [...WORD_NAMES.flatMap((name) => (known[name] ?? []).map((word) => `${name}:${word}`)), ...OUTSIDE]
  const at = draft.lastIndexOf(' ') + 1
  const [before, typed] = [draft.slice(0, at), draft.slice(at)]
  return all
    .filter((word) => word.startsWith(typed) && !before.split(' ').includes(word))
    .map((word) => ({ id: word, text: `${before}${word}`, face: <bdi dir="ltr">{word}</bdi> }))
}
