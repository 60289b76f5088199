import { Download } from 'lucide-react'
import { formatList, formatNumber } from '../../format.ts'
import { Card, Code, Columns, CopyButton, DownloadButton, Facts, Hash, LinkButton, Moment, Note, Row, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Settings } from './settings.tsx'

/** With what anybody checks this exchange, without asking it. */
export const Proof = ({ proof }: { readonly proof: Settings['proof'] }) => {
  const say = useSay()
  const { logKey, cosignerKey, checkpoint, records, signed, cosigners, witnesses, stalled } = proof
  const nobody = say('settings.nobody')
  return (
    <Stack>
      {stalled !== null && (
        <Note level="critical" title={say('settings.stalled')}>
          <bdi>{stalled}</bdi>
        </Note>
      )}
      <Columns>
        <Card title={say('settings.log')}>
          <Facts
            facts={[
              { name: say('settings.records'), value: formatNumber(records) },
              { name: say('settings.signed'), value: <Moment at={signed ?? undefined} form="full" /> },
              { name: say('settings.log-key'), value: <Hash text={logKey} /> },
              { name: say('settings.cosigner-key'), value: <Hash text={cosignerKey} /> },
              { name: say('settings.cosigners'), value: cosigners.length === 0 ? nobody : <bdi>{formatList(cosigners)}</bdi> },
              { name: say('settings.witnesses'), value: witnesses.length === 0 ? nobody : <bdi>{formatList(witnesses)}</bdi> },
            ]}
          />
        </Card>
        <Card title={say('settings.verify-yourself')}>
          <Stack>
            <p>{say('settings.verify-yourself-how')}</p>
            <Row>
              <LinkButton href="/console/allod-verifier.mjs" download="allod-verifier.mjs" icon={<Download />}>
                {say('settings.download-verifier')}
              </LinkButton>
              <DownloadButton name="log.vkey" type="text/plain" content={() => `${logKey}\n${cosignerKey}\n`}>
                {say('settings.download-keys')}
              </DownloadButton>
            </Row>
          </Stack>
        </Card>
      </Columns>
      <Card title={say('settings.checkpoint')} aside={<CopyButton text={checkpoint} />} flush>
        <Code language="text" text={checkpoint} label={say('settings.checkpoint')} />
      </Card>
    </Stack>
  )
}
