import { ImagePlus, Send, Square, X } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { Button, Field, Note } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './chat.module.css'

const MOST_PICTURES = 4
/** Of one picture’s file, so that a question fits what the exchange takes at once. */
const LARGEST = 180_000
const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']

const readPicture = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })

/** Where a question is written. The button says where it goes. */
export const Composer = ({
  sendsTo,
  canSend,
  isRunning,
  onSend,
  onStop,
}: {
  readonly sendsTo: ReactNode
  /** Otherwise the button explains why not. */
  readonly canSend: boolean
  readonly isRunning: boolean
  readonly onSend: (question: string, pictures: readonly string[]) => void
  readonly onStop: () => void
}) => {
  const say = useSay()
  const chooser = useRef<HTMLInputElement>(null)
  const [question, setQuestion] = useState('')
  const [pictures, setPictures] = useState<readonly string[]>([])
  const [problem, setProblem] = useState('')
  const send = (): void => {
    if (question.trim() === '') setProblem(say('chat.write-first'))
    else if (!canSend) setProblem(say('chat.nowhere'))
    else if (!isRunning) {
      onSend(question, pictures)
      setQuestion('')
      setPictures([])
      setProblem('')
    }
  }
  const add = async (files: readonly File[]): Promise<void> => {
    const fit = files.filter(({ type, size }) => TYPES.includes(type) && size <= LARGEST).slice(0, MOST_PICTURES - pictures.length)
    setProblem(fit.length === files.length ? '' : say('chat.picture-unusable', { kilobytes: LARGEST / 1000, count: MOST_PICTURES }))
    const read = await Promise.all(fit.map(readPicture))
    setPictures((before) => [...before, ...read])
  }
  return (
    <form
      className={style.composer}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {problem !== '' && (
        <Note level="warning" live>
          {problem}
        </Note>
      )}
      {pictures.length > 0 && (
        <ul className={style.pictures}>
          {pictures.map((url, index) => (
            <li key={url}>
              <img src={url} alt={say('chat.picture', { number: index + 1 })} />
              <Button
                kind="quiet"
                iconOnly
                icon={<X />}
                onClick={() => setPictures((before) => before.filter((_, place) => place !== index))}
              >
                {say('chat.remove-picture', { number: index + 1 })}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Field label={say('chat.question')} labelHidden>
        {(wired) => (
          <textarea
            {...wired}
            className={style.question}
            dir="auto"
            rows={3}
            value={question}
            placeholder={say('chat.write')}
            onChange={({ target }) => setQuestion(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault()
                send()
              }
            }}
          />
        )}
      </Field>
      <div className={style.send}>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple
          accept={TYPES.join(',')}
          onChange={({ target }) => {
            add([...(target.files ?? [])])
            target.value = ''
          }}
        />
        <Button kind="quiet" icon={<ImagePlus />} onClick={() => chooser.current?.click()}>
          {say('chat.add-picture')}
        </Button>
        <span className={style.push} />
        {isRunning ? (
          <Button icon={<Square />} onClick={onStop}>
            {say('chat.stop')}
          </Button>
        ) : (
          <Button type="submit" kind="primary" large icon={<Send />}>
            {sendsTo}
          </Button>
        )}
      </div>
    </form>
  )
}
