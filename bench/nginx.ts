// nginx as a reverse proxy: one worker, connections to the upstream kept, answers passed on as they come, bodies kept in memory.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer } from './peers.ts'
import { accepts, freePort, HOST, start, waitFor } from './processes.ts'

const configuration = (folder: string, port: number, upstreamPort: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_timeout 120s;
  keepalive_requests 100000000;
  client_max_body_size 1m;
  client_body_buffer_size 256k;
  client_body_temp_path ${folder}/temporary/body;
  proxy_temp_path ${folder}/temporary/proxy;
  fastcgi_temp_path ${folder}/temporary/fastcgi;
  uwsgi_temp_path ${folder}/temporary/uwsgi;
  scgi_temp_path ${folder}/temporary/scgi;
  upstream mock { server ${HOST}:${upstreamPort}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen ${HOST}:${port};
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`

/** Undefined where nginx is not installed. */
export const startNginx = async (upstreamPort: number): Promise<Peer | undefined> => {
  const asked = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  if (asked.error !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'allod-bench-nginx-'))
  mkdirSync(join(folder, 'temporary'))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder, port, upstreamPort))
  execFileSync('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-t', '-q', '-c', file])
  const running = start('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', file])
  await waitFor(running, () => accepts(port))
  const stop = async (): Promise<void> => {
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const version = /nginx\/(\S+)/.exec(asked.stderr)?.[1] ?? 'unknown'
  return { running: { ...running, stop }, port, version, headers: [] }
}
