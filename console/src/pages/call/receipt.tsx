import { type ReactNode, useEffect, useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { checkReceipt, type Finding } from '../../receipts/check.ts'
import { changeWord } from '../../receipts/tamper.ts'
import { ReceiptVerdict } from '../../receipts/verdict.tsx'
import { useKeys } from '../../shell/keys.tsx'
import { Asked, Button, Card, CopyButton, DownloadButton } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { readKeys, WELL_KNOWN } from '../verify/keys.ts'
import style from './call.module.css'

/** The call’s receipt, checked in this browser by the keys that the exchange shows to everybody. */
export const Receipt = ({ call }: { readonly call: string }) => {
  const say = useSay()
  const receipt = useAnswer('GET /calls/{call}/receipt', { path: { call } })
  return (
    <Card title={say('call.receipt')}>
      <Asked query={receipt} holds={say('call.receipt-holds')}>
        {({ text }) => <Checked call={call} file={text} onAgain={() => receipt.refetch()} />}
      </Asked>
    </Card>
  )
}

const Checked = ({ call, file, onAgain }: { readonly call: string; readonly file: string; readonly onAgain: () => void }) => {
  const say = useSay()
  const [changed, setChanged] = useState<ReturnType<typeof changeWord>>()
  const shown = changed?.text ?? file
  const finding = useFinding(shown)
  if (finding === undefined) return <p className={style.quiet}>—</p>
  const actions: ReactNode = (
    <div className={style.actions}>
      <Button onClick={() => setChanged(changed === undefined ? changeWord(file) : undefined)}>
        {say(changed === undefined ? 'receipt.change-word' : 'receipt.put-back')}
      </Button>
      <DownloadButton name={`${call}.receipt.txt`} type="text/plain" content={() => file}>
        {say('receipt.download')}
      </DownloadButton>
      <CopyButton text={file} kind="quiet">
        {say('receipt.copy')}
      </CopyButton>
      {changed === undefined && <CheckAgain onAgain={onAgain} />}
    </div>
  )
  return (
    <>
      {changed !== undefined && <p className={style.changed}>{say('receipt.changed', { from: changed.from, to: changed.to })}</p>}
      <ReceiptVerdict finding={finding} actions={actions} />
      <div className={style.asides}>
        <p className={style.quiet}>{say('receipt.nothing-left')}</p>
        <p className={style.quiet}>{say('receipt.keys-from', { address: `${location.origin}${WELL_KNOWN}` })}</p>
      </div>
    </>
  )
}

const CheckAgain = ({ onAgain }: { readonly onAgain: () => void }) => {
  const say = useSay()
  useKeys([{ key: 'v', label: say('call.check-again'), act: onAgain }])
  return (
    <Button kind="quiet" onClick={onAgain}>
      {say('call.check-again')}
    </Button>
  )
}

const useFinding = (file: string): Finding | undefined => {
  const [finding, setFinding] = useState<Finding>()
  useEffect(() => {
    let isCurrent = true
    readKeys()
      .then((keys) => checkReceipt(file, keys ?? ''))
      .then((found) => isCurrent && setFinding(found))
    return () => {
      isCurrent = false
    }
  }, [file])
  return finding
}
