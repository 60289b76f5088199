import { formatCountry } from '../format.ts'
import { Button, Severity } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import style from './frame.module.css'
import { useRehearsal } from './rehearsal.tsx'

/** Stands under the top bar on every page while something is rehearsed. */
export const RehearsalBar = () => {
  const say = useSay()
  const { subject, end } = useRehearsal()
  if (subject === undefined) return null
  const name = subject.kind === 'country' ? formatCountry(subject.id) : subject.id
  return (
    <div className={style.rehearsal} role="status">
      <Severity level="warning" />
      <p className={style.rehearsed}>
        <strong dir="auto">{say('rehearsal.subject', { subject: name })}</strong> {say('rehearsal.untouched')}
      </p>
      <Button onClick={end}>{say('rehearsal.end')}</Button>
    </div>
  )
}
