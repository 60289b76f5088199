// Sources that lie elsewhere: fetched over the network of this machine, then read as files.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { epochMillis } from '../../src/core/units.ts'
import type { SourceDeclaration } from '../../src/corpus/read/declaration.ts'
import { sourceDeclaration } from '../../src/corpus/read/declaration.ts'
import { type Fetched, parseFetched } from '../../src/corpus/read/fetched.ts'
import { isRefusal } from '../../src/corpus/read/reading.ts'
import type { Digest } from '../../src/corpus/sections.ts'
import { fetchObjects } from '../../src/http/corpus-object-storage.ts'
import { fetchList } from '../../src/http/corpus-web-list.ts'
import { openSources, readFile } from '../../src/main/corpus/sources.ts'
import { createFetchedFiles, openFetched } from '../../src/store/corpus-fetched.ts'
import { recognise } from '../../src/store/corpus-recognise.ts'
import { listFolder, openSourceFile } from '../../src/store/corpus-source-files.ts'
import { type ObjectStorage, type StoredObject, send, startObjectStorage } from './object-storage.ts'

const KEY = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', region: 'xx-1' }
const NOW = epochMillis(Date.UTC(2026, 4, 6, 7, 8, 9))
const TIME = '2026-01-02T03:04:05.000Z'

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-sources-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
const groundIn = (folder: string) => ({
  files: createFetchedFiles({ folder, parse: parseFetched }),
  clock: () => NOW,
  environment: { BUCKET_KEY: `${KEY.id}:${KEY.secret}`, WRONG: 'AKIDOTHER:wrong' },
  patience: 1,
})
const objectOf = (text: string | Buffer): StoredObject => ({ body: Buffer.from(text), time: TIME })
const must = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } },
): T => {
  assert.ok(result.ok, result.ok ? '' : result.error.message)
  return result.value
}
const bytesOf = (folder: string, { path }: Pick<Fetched, 'path'>): string => {
  const file = must(openFetched(folder, must(groundIn(folder).files.find(path)) ?? assert.fail()))
  try {
    return Buffer.from(must(file.read(0, file.size))).toString()
  } finally {
    file.close()
  }
}
const storageIn = async (t: TestContext): Promise<ObjectStorage> => {
  const storage = await startObjectStorage(KEY)
  t.after(() => storage.close())
  return storage
}
const bucketAt = ({ endpoint }: ObjectStorage, more: object = {}) => {
  const { from } = sourceDeclaration.parse({
    from: {
      objectStorage: {
        endpoint,
        region: KEY.region,
        bucket: 'texts',
        prefix: 'laws/',
        key: { environment: 'BUCKET_KEY' },
        privateNetwork: true,
        ...more,
      },
    },
  })
  return 'objectStorage' in from ? from.objectStorage : assert.fail()
}

test('a bucket is listed in pages and fetched with signatures; what was fetched is not fetched again, what changed is', async (t) => {
  const [storage, folder] = [await storageIn(t), folderOf(t)]
  const keys = ['laws/a.jsonl', 'laws/b c (1)*.jsonl', 'laws/õ/d+e.jsonl', 'laws/notes.txt', 'other/x.jsonl']
  for (const key of keys) storage.objects.set(key, objectOf(`{"text":"${key}"}`))
  storage.objects.set('laws/folder/', objectOf(''))
  const fetched = must(await fetchObjects(bucketAt(storage), ['**/*.jsonl'], groundIn(folder)))
  assert.deepEqual(
    fetched.map(({ path }) => path),
    ['a.jsonl', 'b c (1)*.jsonl', 'õ/d+e.jsonl'],
  )
  for (const each of fetched) {
    assert.equal(bytesOf(folder, each), `{"text":"laws/${each.path}"}`)
    const noted = must(groundIn(folder).files.find(each.path))
    assert.deepEqual([each.time, noted?.fetched, noted?.reservation], [Date.parse(TIME), NOW, null])
  }
  const before = storage.asked.length
  storage.objects.set('laws/a.jsonl', objectOf('{"text":"changed"}'))
  const again = must(await fetchObjects(bucketAt(storage), ['**/*.jsonl'], groundIn(folder)))
  assert.deepEqual(
    storage.asked.slice(before).filter((path) => path !== '/texts'),
    ['/texts/laws/a.jsonl'],
  )
  assert.equal(bytesOf(folder, again[0] ?? assert.fail()), '{"text":"changed"}')
  assert.deepEqual(again.slice(1), fetched.slice(1))
})

test('an answer that breaks off is gone on with from there; one that always does is given up, and nothing of it is kept', async (t) => {
  const [storage, folder] = [await storageIn(t), folderOf(t)]
  const text = 'x'.repeat(300_000)
  storage.objects.set('laws/long.txt', objectOf(text))
  // The list itself is not broken: it does not ask `breaks`.
  storage.breaks.push(100_000, 50_000)
  const [fetched = assert.fail()] = must(await fetchObjects(bucketAt(storage), ['**'], groundIn(folder)))
  assert.equal(bytesOf(folder, fetched), text)
  assert.deepEqual(storage.asked.filter((path) => path.includes('bytes=')).length, 2)
  storage.objects.set('laws/long.txt', objectOf(`${text}y`))
  storage.breaks.push(10, 10, 10, 10)
  const given = await fetchObjects(bucketAt(storage), ['**'], groundIn(folder))
  assert.match(given.ok ? '' : given.error.message, /cannot fetch `http:.*long.txt`: .*, 4 times/)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  )
  assert.equal(bytesOf(folder, fetched), text)
})

test('a wrong key, no key and a bucket that is not there are told', async (t) => {
  const [storage, folder] = [await storageIn(t), folderOf(t)]
  const rows: [more: object, reason: RegExp][] = [
    [{ key: { environment: 'WRONG' } }, /cannot be listed: SignatureDoesNotMatch/],
    [{ key: undefined }, /cannot be listed: SignatureDoesNotMatch/],
    [{ key: { environment: 'NOWHERE' } }, /the key of the object storage: /],
    [{ bucket: 'elsewhere' }, /`elsewhere` cannot be listed: NoSuchKey/],
    [{ privateNetwork: false }, /stands in a private network; declare `privateNetwork: true`/],
  ]
  for (const [more, reason] of rows) {
    const fetched = await fetchObjects(bucketAt(storage, more), ['**'], groundIn(folder))
    assert.match(fetched.ok ? 'fetched' : fetched.error.message, reason)
  }
})

const serverIn = async (
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: string; asked: string[] }> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
const PLACE: Readonly<Record<string, string>> = {
  '/robots.txt': 'User-agent: *\nDisallow: /closed/\n',
  '/.well-known/tdmrep.json': JSON.stringify([{ location: '/reserved/*', 'tdm-reservation': 1 }]),
  '/open/a.txt': 'Open text',
  '/closed/b.txt': 'Closed text',
  '/reserved/c.txt': 'Reserved text',
  '/header/d.txt': 'Text with a header',
}

test('addresses are fetched once, with what their place reserves; no redirect is followed', async (t) => {
  const folder = folderOf(t)
  const { origin, asked } = await serverIn(t, (request, response) => {
    const text = PLACE[request.url ?? '']
    if (request.url === '/moved.txt') response.writeHead(302, { location: 'http://169.254.169.254/secret' }).end()
    else if (request.url === '/endless.txt' || (request.url === '/robots.txt' && request.headers.host?.startsWith('localhost')))
      response.writeHead(200).end('# endless\n'.repeat(200_000))
    else if (request.url === '/header/d.txt') response.writeHead(200, { 'tdm-reservation': '1' }).end(text)
    else send(text === undefined ? undefined : objectOf(text), request, response, [])
  })
  const listOf = (...paths: string[]) => ({ addresses: paths.map((path) => origin + path), privateNetwork: true })
  const paths = ['/open/a.txt', '/closed/b.txt', '/reserved/c.txt', '/header/d.txt']
  const fetched = must(await fetchList(listOf(...paths), [], groundIn(folder)))
  assert.deepEqual(
    fetched
      .map(({ path, time }) => [path, must(groundIn(folder).files.find(path))?.reservation, time] as const)
      .map(([path, reservation, time]) => [
        path.slice(path.indexOf('/')),
        reservation && `${reservation.found} ${reservation.reserved} ${reservation.asOf}`,
        time,
      ]),
    [
      ['/open/a.txt', 'robots.txt false 2026-05-06', Date.parse(TIME)],
      ['/closed/b.txt', 'robots.txt true 2026-05-06', Date.parse(TIME)],
      ['/reserved/c.txt', 'tdmrep true 2026-05-06', Date.parse(TIME)],
      ['/header/d.txt', 'tdmrep true 2026-05-06', NOW],
    ],
  )
  assert.deepEqual(asked.filter((path) => path === '/robots.txt').length, 1)
  const before = asked.length
  assert.deepEqual(must(await fetchList(listOf(...paths), [], groundIn(folder))), fetched)
  assert.equal(asked.length, before)
  const named = origin.replace('127.0.0.1', 'localhost')
  const [long = assert.fail()] = must(await fetchList({ addresses: [`${named}/endless.txt`], privateNetwork: true }, [], groundIn(folder)))
  assert.equal(long.size, 2_000_000)
  const ground = groundIn(folder)
  const some = must(await fetchList(listOf('/moved.txt', '/open/a.txt', '/nothing.txt'), [], ground))
  assert.deepEqual(
    some.map(({ size }) => size),
    [0, 9, 0],
  )
  const [moved, , missing] = some.map(({ path }) => must(ground.files.missed(path)))
  assert.match(moved ?? '', /sends on to `http:\/\/169\.254\.169\.254\/secret`; declare that address/)
  assert.match(missing ?? '', /answers with 404/)
  const inwards = await fetchList({ addresses: ['http://localhost:1/x'], privateNetwork: false }, [], groundIn(folder))
  assert.match(inwards.ok ? '' : inwards.error.message, /private network/)
})

test('an answer in chunks without a length, and one that fails for a while, come whole', async (t) => {
  const folder = folderOf(t)
  let failures = 2
  const { origin } = await serverIn(t, (request, response) => {
    if (request.url !== '/x.txt') response.writeHead(404).end()
    else if (failures-- > 0) response.writeHead(503).end()
    else {
      response.write('one ')
      response.end('two')
    }
  })
  const [fetched = assert.fail()] = must(await fetchList({ addresses: [`${origin}/x.txt`], privateNetwork: true }, [], groundIn(folder)))
  assert.equal(bytesOf(folder, fetched), 'one two')
})

const documentsOf = async (declaration: SourceDeclaration, { folder, corpus }: { folder: string; corpus: string }): Promise<string[]> => {
  const sources = openSources({ s: declaration }, { folder, corpus })
  const texts: string[] = []
  for (const listed of must(await sources.list('s'))) {
    const file = must(await sources.open('s', listed))
    const context = { source: 's', file: listed.path, digest: '0'.repeat(64) as Digest, time: listed.time, declaration }
    for await (const found of readFile(file, context)) {
      assert.ok(!isRefusal(found))
      texts.push(`${Buffer.from(found.text)} ${found.terms.reservation?.reserved ?? 'unknown'}`)
    }
    file.close()
  }
  return texts
}

test('a declared source is read wherever it lies', async (t) => {
  const [folder, corpus] = [folderOf(t), folderOf(t)]
  const storage = await storageIn(t)
  storage.objects.set('laws/a.jsonl.gz', objectOf(gzipSync('{"text":"from a bucket"}')))
  writeFileSync(join(folder, 'key'), `${KEY.id}:${KEY.secret}`)
  const bucket = { endpoint: storage.endpoint, region: KEY.region, bucket: 'texts', key: { file: 'key' }, privateNetwork: true }
  assert.deepEqual(await documentsOf(sourceDeclaration.parse({ from: { objectStorage: bucket } }), { folder, corpus }), [
    'from a bucket unknown',
  ])
  mkdirSync(join(folder, 'texts/deep'), { recursive: true })
  writeFileSync(join(folder, 'texts/deep/b.md'), 'From a folder')
  writeFileSync(join(folder, 'texts/c.rst'), 'Not chosen')
  const declared = sourceDeclaration.parse({ from: { folder: 'texts' }, files: ['**/*.md'] })
  assert.deepEqual(await documentsOf(declared, { folder, corpus }), ['From a folder unknown'])
})

test('a folder is listed by the bytes of its paths, and links lead nowhere', (t) => {
  const folder = folderOf(t)
  for (const path of ['b', 'a', 'õ', 'Z']) writeFileSync(join(folder, `${path}.txt`), path)
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub/c.txt'), 'c')
  symlinkSync('..', join(folder, 'sub/up'))
  symlinkSync('/etc/passwd', join(folder, 'secret.txt'))
  const listed = must(listFolder(folder, ['**/*.txt']))
  assert.deepEqual(
    listed.map(({ path }) => path),
    ['Z.txt', 'a.txt', 'b.txt', 'sub/c.txt', 'õ.txt'],
  )
  const [first = assert.fail()] = listed
  assert.equal(openSourceFile(join(folder, 'secret.txt'), first).ok, false)
  writeFileSync(join(folder, 'Z.txt'), 'longer')
  const changed = openSourceFile(join(folder, 'Z.txt'), first)
  assert.match(changed.ok ? '' : changed.error.message, /has 6 bytes, and had 1 when it was listed/)
  const none = listFolder(join(folder, 'none'), ['**'])
  assert.match(none.ok ? '' : none.error.message, /there is no folder/)
})

test('letters on pictures are asked of a program, which may be missing, fail, or say nothing', (t) => {
  const folder = folderOf(t)
  const program = (name: string, script: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const image = Buffer.from('PNG bytes')
  assert.deepEqual(recognise(image, 'fra', program('reads', 'printf "%s %s " "$3" "$4"; cat')), { ok: true, value: '-l fra PNG bytes' })
  const missing = recognise(image, 'fra', join(folder, 'tesseract'))
  assert.match(missing.ok ? '' : missing.error, /is not installed to read it; on Debian: apt install tesseract-ocr/)
  const failing = recognise(image, 'xyz', program('fails', 'echo "Failed loading language" >&2; exit 1'))
  assert.match(failing.ok ? '' : failing.error, /could not read it: Failed loading language/)
})
