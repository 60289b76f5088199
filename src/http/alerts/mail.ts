import { createTransport } from 'nodemailer'
import { err, ok } from '../../core/result.ts'
import type { Alert, AlertTarget } from './alert.ts'

export type MailSettings = {
  readonly host: string
  readonly port: number
  /** `starttls`: refused where the server does not offer it. `none` is for a server on this machine. */
  readonly security: 'starttls' | 'tls' | 'none'
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly to: readonly string[]
}

const PATIENCE = 15_000

/** Alerts as plain text by SMTP (RFC 5321), over TLS unless the owner said otherwise. Only this server is contacted (G9). */
export const mailTarget = ({ host, port, security, user, password, from, to }: MailSettings): AlertTarget => {
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    name: `${to.join(', ')} through ${host}`,
    deliver: async (alert) => {
      try {
        // It fails where nobody was accepted; to send it again for some would be to send it twice to the others.
        await transport.sendMail({
          from,
          to: [...to],
          subject: `[${alert.exchange}] ${alert.kind}: ${alert.sentence}`.replaceAll(/\s+/g, ' ').slice(0, 200),
          text: textOf(alert),
          // One alert is one message, however often it was sent.
          messageId: `<${alert.id}@${alert.exchange.replaceAll('/', '.')}>`,
          headers: { 'auto-submitted': 'auto-generated' },
        })
        return ok(undefined)
      } catch (failure) {
        const { code, responseCode, name } = failure as NodeJS.ErrnoException & { responseCode?: number }
        return err(responseCode === undefined ? (code ?? name) : `the server answered ${responseCode}`)
      }
    },
    close: async () => transport.close(),
  }
}

const textOf = ({ sentence, exchange, kind, time, id, fields }: Alert): string =>
  [
    sentence,
    '',
    `exchange: ${exchange}`,
    `kind: ${kind}`,
    `time: ${new Date(time).toISOString()}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    `alert: ${id}`,
    '',
  ].join('\n')
