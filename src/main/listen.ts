import { UsageFailure } from './command.ts'

/** `HOST:PORT` or `[ADDRESS]:PORT`; anything else is bad input. */
export const parseListen = (text: string): { host: string; port: number } => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535)
    throw new UsageFailure(`\`${text}\` is no address; write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080`)
  return { host: match[1] ?? match[2] ?? '', port }
}

/** Whether only this machine can reach what listens there. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host)
