// A Slurm cluster of one machine in a folder of its own: Debian's `slurm-wlm`, without `munge`, on ports of the loopback that are free.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const has = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
const isMissing = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel'].some((program) => !has(program))
export const noSlurm =
  (isMissing && 'Slurm is not installed here (`apt-get install slurm-wlm`)') ||
  (process.getuid?.() !== 0 && 'only root may start Slurm’s daemons')

export type Cluster = {
  /** What its commands need to find it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

export const startCluster = async (): Promise<Cluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-slurm-'))
  const [name] = hostname().split('.')
  const [controller, node] = [await freePort(), await freePort()]
  for (const each of ['state', 'node']) mkdirSync(join(folder, each))
  // cgroups are not everywhere, and nothing here is confined.
  writeFileSync(join(folder, 'cgroup.conf'), `CgroupPlugin=cgroup/v1\nCgroupMountpoint=${join(folder, 'cgroup')}\n`)
  const lines = [
    'ClusterName=allod',
    `SlurmctldHost=${name}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${node}`,
    'SlurmUser=root',
    'AuthType=auth/none',
    'CredType=cred/none',
    'MpiDefault=none',
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SchedulerType=sched/builtin',
    'SchedulerParameters=sched_interval=1,sched_min_interval=0',
    'ReturnToService=2',
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmdSpoolDir=${join(folder, 'node')}`,
    `SlurmctldPidFile=${join(folder, 'controller.pid')}`,
    `SlurmdPidFile=${join(folder, 'node.pid')}`,
    `NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
    'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
  ]
  writeFileSync(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`)
  const environment = { PATH: process.env.PATH ?? '', NO_COLOR: '1', SLURM_CONF: join(folder, 'slurm.conf') }
  const daemons = [
    spawn('slurmctld', ['-D'], { env: environment, stdio: 'ignore' }),
    spawn('slurmd', ['-D', '-N', name ?? ''], { env: environment, stdio: 'ignore' }),
  ]
  const cluster: Cluster = {
    environment,
    stop: async () => {
      await Promise.all(daemons.map(ended))
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const deadline = performance.now() + 60_000
  while (!/\bidle\b/.test(spawnSync('sinfo', ['--noheader'], { env: environment, encoding: 'utf8' }).stdout ?? '')) {
    if (performance.now() > deadline) {
      await cluster.stop()
      throw new Error('the cluster is not ready after a minute')
    }
    await pause(200)
  }
  return cluster
}

const ended = (daemon: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return resolve()
    daemon.on('exit', () => resolve())
    daemon.kill('SIGTERM')
    setTimeout(() => daemon.kill('SIGKILL'), 10_000).unref()
  })
