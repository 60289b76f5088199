import { useState } from 'react'
import { useAct } from '../../api/use.ts'
import { Button, Dialog, Failure, Moment, Note } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import type { KeyAnswer } from './types.ts'

/** Takes a key out of force: at once, and for good. */
export const Revoke = ({
  chosen,
  application,
  onClose,
}: {
  readonly chosen: KeyAnswer
  readonly application: string
  readonly onClose: () => void
}) => {
  const say = useSay()
  const revoke = useAct('DELETE /keys/{key}')
  const [waits, setWaits] = useState(false)
  const confirm = (): void =>
    revoke.mutate({ path: { key: chosen.id } }, { onSuccess: (answer) => ('proposal' in answer ? setWaits(true) : onClose()) })
  return (
    <Dialog
      open
      onClose={onClose}
      title={<span dir="auto">{say('key.revoke-title', { prefix: chosen.prefix })}</span>}
      actions={
        waits ? (
          <Button onClick={onClose}>{say('key.done')}</Button>
        ) : (
          <>
            <Button kind="danger" aria-disabled={revoke.isPending} onClick={confirm}>
              {say('key.revoke-confirm')}
            </Button>
            <Button onClick={onClose}>{say('key.cancel')}</Button>
          </>
        )
      }
    >
      <p>{say('key.revoke-effect', { application })}</p>
      <p>
        {chosen.used === null ? (
          say('key.never-used')
        ) : (
          <Sentence id="key.used-last" parts={[<Moment key="used" at={chosen.used} form="ago" />]} />
        )}
      </p>
      {revoke.error !== null && <Failure failure={revoke.error} />}
      {waits && <Note live>{say('key.waits')}</Note>}
    </Dialog>
  )
}
