import { type DragEvent, useEffect, useRef, useState } from 'react'
import { formatBytes } from '../../format.ts'
import { checkReceipt, type Finding } from '../../receipts/check.ts'
import { ReceiptVerdict } from '../../receipts/verdict.tsx'
import { Card } from '../../ui/card.tsx'
import { Code } from '../../ui/code.tsx'
import { TextArea } from '../../ui/field.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Note } from '../../ui/severity.tsx'
import { useSay } from '../../words/words.tsx'
import { readKeys, WELL_KNOWN } from './keys.ts'
import style from './verify.module.css'

/** The largest file that can be a receipt; a larger one is not even read. */
const MOST = 1 << 19
const RECEIPT = '.txt,.tlog-proof,.receipt,text/plain'

/**
 * Anybody’s page: a receipt and keys in, a verdict out, all of it here. `isSaved`: it runs from a file of its own, without an exchange around.
 */
export const Verify = ({ isSaved = false }: { readonly isSaved?: boolean }) => {
  const say = useSay()
  const [file, setFile] = useState('')
  const [tooLarge, setTooLarge] = useState<number>()
  const [keys, setKeys] = useState('')
  const [shownKeys, setShownKeys] = useState<string>()
  const finding = useFinding(file, keys)
  useEffect(() => {
    if (isSaved) return
    readKeys().then((read) => {
      setShownKeys(read)
      setKeys((before) => (before === '' ? (read ?? '') : before))
    })
  }, [isSaved])
  const take = async (blob: Blob | undefined): Promise<void> => {
    if (blob === undefined) return
    setTooLarge(blob.size > MOST ? blob.size : undefined)
    setFile(blob.size > MOST ? '' : await blob.text())
  }
  return (
    <main className={style.page} id="page">
      <div className={style.top}>
        <span className={style.brand}>Allod</span>
        {!isSaved && <a href="/console/">{say('verify.back')}</a>}
      </div>
      <PageHead lead={say('verify.lead')} support={say('verify.support')} />
      <div className={style.split}>
        <div className={style.column}>
          <Card title={say('verify.file')}>
            <div className={style.inside}>
              <DropZone onFile={take} />
              <TextArea
                label={say('verify.paste')}
                mono
                rows={5}
                value={file}
                maxLength={MOST}
                onChange={(event) => setFile(event.target.value)}
              />
              {tooLarge !== undefined && (
                <Note level="critical" live>
                  {say('verify.too-large', { size: formatBytes(tooLarge), most: formatBytes(MOST) })}
                </Note>
              )}
            </div>
          </Card>
          <Card title={say('verify.keys')}>
            <div className={style.inside}>
              <TextArea
                label={say('verify.keys')}
                labelHidden
                help={say('verify.keys-help')}
                mono
                rows={4}
                value={keys}
                onChange={(event) => setKeys(event.target.value)}
              />
              {shownKeys !== undefined && keys === shownKeys && (
                <p className={style.quiet}>{say('receipt.keys-from', { address: `${location.origin}${WELL_KNOWN}` })}</p>
              )}
              {keys.trim() === '' && <p className={style.quiet}>{say('verify.keys-missing', { path: WELL_KNOWN })}</p>}
            </div>
          </Card>
        </div>
        <div className={style.column}>
          <Card>
            {finding === undefined ? <p className={style.quiet}>{say('verify.waiting')}</p> : <ReceiptVerdict finding={finding} />}
            {finding !== undefined && <p className={style.quiet}>{say('receipt.nothing-left')}</p>}
          </Card>
          {finding?.record !== undefined && finding.verdict.valid && (
            <Card title={say('verify.record')} flush>
              <Code language="json" text={membersOf(finding.record)} label={say('verify.record')} />
            </Card>
          )}
          {!isSaved && (
            <Card>
              <a href="/console/verify.html" download="allod-verify.html">
                {say('verify.offline')}
              </a>
              <p className={style.quiet}>{say('verify.offline-help')}</p>
            </Card>
          )}
        </div>
      </div>
    </main>
  )
}

/** One line for each member. */
const membersOf = ({ members }: NonNullable<Finding['record']>): string =>
  `{\n${Object.entries(members)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n}`

/** The verdict of what stands in the fields now; an older one never comes after a newer. */
const useFinding = (file: string, keys: string): Finding | undefined => {
  const [finding, setFinding] = useState<Finding>()
  const round = useRef(0)
  useEffect(() => {
    const mine = ++round.current
    if (file.trim() === '') setFinding(undefined)
    else
      checkReceipt(file, keys).then((found) => {
        if (mine === round.current) setFinding(found)
      })
  }, [file, keys])
  return finding
}

const DropZone = ({ onFile }: { readonly onFile: (file: Blob | undefined) => void }) => {
  const say = useSay()
  const [isOver, setOver] = useState(false)
  const over = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    // Dropping is for hands; the button in it does the same for everybody.
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing here is only reached by dropping
    <div className={`${style.drop} ${isOver ? style.over : ''}`} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
      <p>{say('verify.drop')}</p>
      <label className={style.choose}>
        {say('verify.choose')}
        <input type="file" accept={RECEIPT} className="visually-hidden" onChange={(event) => onFile(event.target.files?.[0])} />
      </label>
    </div>
  )
}
