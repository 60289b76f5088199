import { useEffect, useRef } from 'react'
import { Badge, Card, Code, Segmented } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Rule } from './matrix.ts'
import style from './policy.module.css'
import type { View } from './policy.tsx'

const linesOf = ({ from, through }: Rule): number[] => Array.from({ length: through - from + 1 }, (_, index) => from + index)

/** The Cedar text, with the lines that decide what was chosen marked and in sight. */
export const TextCard = ({ policy, rules, looked, look }: View & { readonly rules: readonly string[] }) => {
  const say = useSay()
  const chosen = policy.rules.filter(({ id }) => rules.includes(id))
  const wanted = chosen.some(({ file }) => file === looked.text) ? looked.text : (chosen[0]?.file ?? looked.text)
  const text = policy.texts.find(({ name }) => name === wanted) ?? policy.texts[0]
  const marks = chosen.filter(({ file }) => file === text?.name).flatMap(linesOf)
  const box = useRef<HTMLDivElement>(null)
  const first = marks[0]
  useEffect(() => {
    const line = first === undefined ? null : (box.current?.querySelector<HTMLElement>(`[data-line="${first}"]`) ?? null)
    if (box.current !== null && line !== null) box.current.scrollTop = line.offsetTop - box.current.offsetTop - 40
  }, [first])
  if (text === undefined) return null
  return (
    <Card
      flush
      title={say('policy.text')}
      aside={<Badge>{say(text.origin === 'preset' ? 'policy.origin-preset' : 'policy.origin-file')}</Badge>}
    >
      {policy.texts.length > 1 && (
        <div className={style.texts}>
          <Segmented
            legend={say('policy.which')}
            value={text.name}
            choices={policy.texts.map(({ name }) => ({ value: name, label: <bdi>{name}</bdi> }))}
            onChange={(name) => look({ text: name, rule: undefined, class: undefined, purpose: undefined })}
          />
        </div>
      )}
      <div ref={box} className={style.text}>
        <Code language="cedar" text={text.text} marks={marks} label={say('policy.editor', { name: text.name })} numbered />
      </div>
    </Card>
  )
}
