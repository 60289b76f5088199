import { Check, Copy, Download } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useSay } from '../words/words.tsx'
import { Button, type ButtonKind } from './button.tsx'
import style from './small.module.css'

const SHOWN = 2000

/** Puts a text on the clipboard and says so. Where the browser has no clipboard (plain http), the text is selected instead. */
export const CopyButton = ({
  text,
  children,
  kind = 'plain',
  iconOnly = false,
}: {
  readonly text: string
  readonly children?: ReactNode
  readonly kind?: ButtonKind
  readonly iconOnly?: boolean
}) => {
  const say = useSay()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => setCopied(false), SHOWN)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = (): void => {
    writeClipboard(text).then(setCopied)
  }
  return (
    <>
      <Button kind={kind} iconOnly={iconOnly} icon={isCopied ? <Check /> : <Copy />} onClick={copy}>
        {isCopied ? say('ui.copied') : (children ?? say('ui.copy'))}
      </Button>
      <span className="visually-hidden" role="status">
        {isCopied ? say('ui.copied') : ''}
      </span>
    </>
  )
}

const writeClipboard = async (text: string): Promise<boolean> => {
  // Absent on plain http other than this machine.
  const { clipboard } = navigator as { clipboard?: Clipboard }
  if (clipboard !== undefined) {
    const written = await clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    if (written) return true
  }
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}

/** Saves what the page already holds as a file; nothing is asked of anybody. */
export const DownloadButton = ({
  name,
  type = 'application/json',
  content,
  kind = 'plain',
  children,
}: {
  readonly name: string
  readonly type?: string
  readonly content: () => string | Uint8Array<ArrayBuffer>
  readonly kind?: ButtonKind
  readonly children: ReactNode
}) => (
  <Button
    kind={kind}
    icon={<Download />}
    onClick={() => {
      const address = URL.createObjectURL(new Blob([content()], { type }))
      const link = document.createElement('a')
      link.href = address
      link.download = name
      link.click()
      URL.revokeObjectURL(address)
    }}
  >
    {children}
  </Button>
)

const [HEAD, TAIL] = [6, 4]
/** A hash or key by its ends, whole when copied or hovered. `whole`: nothing is left out. */
export const Hash = ({ text, whole = false }: { readonly text: string; readonly whole?: boolean }) => {
  const say = useSay()
  const shown = whole || text.length <= HEAD + TAIL + 1 ? text : `${text.slice(0, HEAD)}…${text.slice(-TAIL)}`
  return (
    <span className={style.hash}>
      <bdi dir="ltr" className={style.mono} title={text}>
        {shown}
      </bdi>
      <CopyButton text={text} kind="quiet" iconOnly>
        {say('ui.copy-hash', { hash: shown })}
      </CopyButton>
    </span>
  )
}
