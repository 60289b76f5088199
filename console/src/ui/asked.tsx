import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { ApiFailure } from '../api/client.ts'
import { useSay } from '../words/words.tsx'
import style from './asked.module.css'
import { Button } from './button.tsx'
import { Note } from './severity.tsx'

const [UNSEEN, LONG] = [200, 4000]

/** Whether so many milliseconds have passed since this was first shown. */
const usePassed = (length: number): boolean => {
  const [hasPassed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), length)
    return () => clearTimeout(timer)
  }, [length])
  return hasPassed
}

/**
 * What was asked of the exchange, in whichever state it is: nothing for 200 ms, then the page’s own layout with dashes where `waiting` gives
 * one, a sentence after 4 s; what failed, what still holds and what to do; or the answer. `empty`: what to say of an answer that holds nothing.
 */
export const Asked = <Data,>({
  query,
  waiting,
  isEmpty,
  empty,
  holds,
  children,
}: {
  readonly query: UseQueryResult<Data, ApiFailure>
  readonly waiting?: ReactNode
  readonly isEmpty?: (data: Data) => boolean
  readonly empty?: ReactNode
  /** What is still so although this could not be read: “Calls are still answered and signed.” */
  readonly holds?: ReactNode
  readonly children: (data: Data) => ReactNode
}) => {
  const { data, error, refetch } = query
  if (data !== undefined) return <>{empty !== undefined && isEmpty?.(data) === true ? empty : children(data)}</>
  if (error === null) return <Waiting>{waiting}</Waiting>
  return <NotAnswered failure={error} holds={holds} onRetry={() => refetch()} />
}

const Waiting = ({ children }: { readonly children?: ReactNode }) => {
  const say = useSay()
  const [isSeen, isLong] = [usePassed(UNSEEN), usePassed(LONG)]
  if (!isSeen) return null
  return (
    <div aria-busy="true" className={style.waiting}>
      {children ?? <p aria-hidden="true">—</p>}
      <p role="status" className={style.long}>
        {isLong ? say('ui.still-asking') : ''}
      </p>
    </div>
  )
}

/** Why there is no answer, and who or what could help. */
export const NotAnswered = ({
  failure,
  holds,
  onRetry,
}: {
  readonly failure: ApiFailure
  readonly holds?: ReactNode
  readonly onRetry?: () => void
}) => {
  const say = useSay()
  if (failure.kind === 'not-allowed')
    return (
      <Note title={say('ui.not-allowed')}>
        <bdi>{failure.message}</bdi>
      </Note>
    )
  if (failure.kind === 'not-found') return <Note title={say('ui.not-found')}>{failure.message}</Note>
  const isUnreachable = failure.kind === 'unreachable'
  return (
    <Note
      level={isUnreachable ? 'warning' : 'critical'}
      title={say(isUnreachable ? 'ui.unreachable' : 'ui.not-read')}
      {...(onRetry === undefined ? {} : { action: <Button onClick={onRetry}>{say('ui.try-again')}</Button> })}
    >
      {failure.message !== '' && <bdi>{failure.message}. </bdi>}
      {holds ?? say(isUnreachable ? 'ui.unreachable-holds' : 'ui.not-read-holds')}{' '}
      {!isUnreachable && <code>{`${failure.kind} · ${failure.status}`}</code>}
    </Note>
  )
}

/** Nothing yet: one sentence, and what to do about it. */
export const Empty = ({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) => (
  <div className={style.empty}>
    <div>{children}</div>
    {action !== undefined && <div className={style.action}>{action}</div>}
  </div>
)
