import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { ApplicationId, CallId, EndpointId, TenantId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'
import { millis } from '../core/units.ts'
import type { Item, KeepingRules, Owner, Reference, Turn } from '../gateway/kept.ts'
import { createConversations, createVault } from './conversations.ts'
import { openDatabase } from './database.ts'
import { bytesOf, CHAT, callAt, firstKey, HOME, later, logOf, must, NOON, openAt, seededRandom, temporaryFolder } from './fixtures.test.ts'

const ME: Owner = { tenant: HOME, application: CHAT }
const RULES: KeepingRules = {
  keep: 'unless-refused',
  retention: millis(1000),
  maxBytesPerTurn: 100_000,
  maxBytesPerApplication: 10_000_000,
}
const END = later(NOON, 1000)

const text = (id: string, words: string, role: 'user' | 'assistant'): Item => ({
  id,
  message: { role, parts: [{ kind: 'text', text: words }] } as Item['message'],
})
const turnOf = (call: CallId, words: string, follows?: Reference): Turn => ({
  id: `resp_${call}`,
  call,
  ...(follows && { follows }),
  asked: [text(`msg_${call}_in_0`, `question ${words}`, 'user')],
  answered: [text(`msg_${call}_0`, `answer ${words}`, 'assistant')],
  endpoint: 'here' as EndpointId,
  told: { object: 'response', model: 'assistant', metadata: { note: `note ${words}` } },
  dataClass: 'internal',
  purpose: 'service',
  keptUntil: END,
})
const put = (name: string, words: string, follows: Reference): Turn => {
  const { call: _, endpoint: __, told: ___, ...loose } = turnOf(name as CallId, words, follows)
  return { ...loose, answered: [] }
}
const answer = (turn: Turn): Reference => ({ kind: 'answer', id: turn.id })
const conversation = (id: string): Reference => ({ kind: 'conversation', id })

const fresh = (t: TestContext) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'store.sqlite')
  const opened = openAt(path)
  t.after(() => opened.store.close())
  return { folder, path, kept: opened.store.conversations, ...opened }
}
const failure = (result: Result<unknown, { readonly kind: string; readonly message: string }>): string =>
  result.ok ? 'no failure' : `${result.error.kind}: ${result.error.message}`

test('a conversation is loaded as it was saved: answer by answer, with branches, and by its own id', (t) => {
  const { kept } = fresh(t)
  const first = turnOf(callAt(), 'one')
  const second = turnOf(callAt(), 'two', answer(first))
  const left = turnOf(callAt(), 'left', answer(second))
  const right = turnOf(callAt(), 'right', answer(second))
  for (const turn of [first, second, left, right]) must(kept.save(ME, turn, RULES))
  assert.deepEqual(must(kept.load(ME, answer(left))), [first, second, left])
  assert.deepEqual(must(kept.load(ME, answer(right))), [first, second, right])
  assert.deepEqual(must(kept.turn(ME, second.id)), second)
  assert.equal(must(kept.load(ME, conversation(first.id))), undefined)

  const about = { id: 'conv_1', created: NOON, metadata: { topic: 'law' }, keptUntil: END }
  must(kept.begin(ME, about, put('add_1', 'before', conversation('conv_1')), RULES))
  const spoken = turnOf(callAt(), 'in it', conversation('conv_1'))
  const aside = turnOf(callAt(), 'aside', answer(spoken))
  const last = turnOf(callAt(), 'last', conversation('conv_1'))
  for (const turn of [spoken, aside, last]) must(kept.save(ME, turn, RULES))
  const ids = (reference: Reference) => must(kept.load(ME, reference))?.map(({ id }) => id)
  assert.deepEqual(ids(conversation('conv_1')), ['resp_add_1', spoken.id, last.id], 'a branch is no part of the conversation')
  assert.deepEqual(ids(answer(aside)), ['resp_add_1', spoken.id, aside.id])
  assert.deepEqual(must(kept.conversation(ME, 'conv_1')), about)
  assert.equal(must(kept.amend(ME, { id: 'conv_1', metadata: {} }, RULES)), true)
  assert.deepEqual(must(kept.conversation(ME, 'conv_1'))?.metadata, {})
  assert.equal(
    failure(kept.save(ME, turnOf(callAt(), 'x', conversation('conv_2')), RULES)),
    'gone: what it continues, `conv_2`, is kept no longer',
  )
})

test('nobody else reads, continues, changes or erases what is an application’s', (t) => {
  const { kept } = fresh(t)
  const mine = turnOf(callAt(), 'mine')
  must(kept.save(ME, mine, RULES))
  must(kept.begin(ME, { id: 'conv_1', created: NOON, metadata: {}, keptUntil: END }, undefined, RULES))
  const others: readonly Owner[] = [
    { tenant: HOME, application: 'mail' as ApplicationId },
    { tenant: 'away' as TenantId, application: CHAT },
  ]
  for (const other of others) {
    assert.equal(must(kept.load(other, answer(mine))), undefined)
    assert.equal(must(kept.load(other, conversation('conv_1'))), undefined)
    assert.equal(must(kept.turn(other, mine.id)), undefined)
    assert.equal(must(kept.conversation(other, 'conv_1')), undefined)
    assert.equal(must(kept.amend(other, { id: 'conv_1', metadata: { a: 'b' } }, RULES)), false)
    assert.equal(must(kept.erase(other, mine.id)), false)
    assert.equal(must(kept.end(other, 'conv_1')), false)
    for (const follows of [answer(mine), conversation('conv_1')])
      assert.match(failure(kept.save(other, turnOf(callAt(), 'theirs', follows), RULES)), /^gone: /)
  }
  assert.deepEqual(must(kept.load(ME, answer(mine))), [mine])
  assert.deepEqual(must(kept.load(ME, conversation('conv_1'))), [])
})

test('an erased turn ends what continued from it; a conversation goes on without it, item by item', (t) => {
  const { kept } = fresh(t)
  const [one, two, three] = [turnOf(callAt(), 'one'), callAt(), callAt()]
  const second = turnOf(two, 'two', answer(one))
  const third = turnOf(three, 'three', answer(second))
  for (const turn of [one, second, third]) must(kept.save(ME, turn, RULES))
  assert.equal(must(kept.erase(ME, second.id)), true)
  assert.equal(must(kept.erase(ME, second.id)), false)
  assert.equal(must(kept.load(ME, answer(third))), undefined)
  assert.deepEqual(must(kept.turn(ME, third.id)), third, 'though it is itself still there')
  assert.deepEqual(must(kept.load(ME, answer(one))), [one])

  must(kept.begin(ME, { id: 'conv_1', created: NOON, metadata: {}, keptUntil: END }, put('add_1', 'a', conversation('conv_1')), RULES))
  const spoken = [callAt(), callAt(), callAt()].map((call) => turnOf(call, call, conversation('conv_1')))
  for (const turn of spoken) must(kept.save(ME, turn, RULES))
  const [first, middle, last] = spoken as [Turn, Turn, Turn]
  assert.equal(must(kept.erase(ME, middle.id)), true)
  assert.equal(must(kept.erase(ME, first.id, [first.asked[0]?.id ?? ''])), true)
  assert.equal(must(kept.erase(ME, first.id, ['msg_nothing'])), false)
  assert.equal(must(kept.erase(ME, 'resp_add_1', ['msg_add_1_in_0'])), true)
  const left = [{ ...first, asked: [] }, last]
  assert.deepEqual(must(kept.load(ME, conversation('conv_1'))), left)
  assert.deepEqual(must(kept.load(ME, answer(last))), left)
})

test('a conversation is kept as long as its newest turn, and then erased', (t) => {
  const { kept, store, time, folder } = fresh(t)
  const old = turnOf(callAt(), 'older')
  const lone = turnOf(callAt(), 'lonely')
  must(kept.save(ME, old, RULES))
  must(kept.save(ME, lone, RULES))
  time.now = later(NOON, 600)
  const next = { ...turnOf(callAt(), 'newer', answer(old)), keptUntil: later(NOON, 1600) }
  must(kept.save(ME, next, RULES))
  time.now = END
  assert.equal(must(kept.load(ME, answer(lone))), undefined, 'gone, though not yet swept')
  assert.deepEqual(must(kept.load(ME, answer(next))), [{ ...old, keptUntil: next.keptUntil }, next])
  must(store.maintain(time.now))
  time.now = later(NOON, 1600)
  assert.equal(must(kept.load(ME, answer(next))), undefined)
  must(store.maintain(time.now))
  const database = new DatabaseSync(join(folder, 'store.sqlite'))
  t.after(() => database.close())
  const count = (sql: string) => database.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.n
  assert.deepEqual([count('turns'), count('conversations'), count('seals WHERE key IS NOT NULL'), count('seals')], [0, 0, 0, 5])
  assert.equal(database.prepare('SELECT bytes FROM kept_bytes').get()?.bytes, 0)
})

test('a file is kept as it came, for its application alone, and is no conversation', (t) => {
  const { kept, store, time, folder } = fresh(t)
  const { files } = store
  const law = { dataClass: 'internal', purpose: 'service', keptUntil: END }
  const file = { id: 'file-1', name: 'a.pdf', mediaType: 'application/pdf', use: 'user_data', bytes: 12, created: NOON, ...law }
  must(files.add(ME, { ...file, data: 'c2VjcmV0IHdvcmRz' }, RULES))
  must(files.add(ME, { ...file, id: 'file-2', data: '' }, RULES))
  assert.deepEqual(must(files.file(ME, 'file-1')), file)
  assert.deepEqual(must(files.open(ME, 'file-1')), { ...file, data: 'c2VjcmV0IHdvcmRz' })
  assert.deepEqual(
    must(files.list(ME)).map(({ id }) => id),
    ['file-1', 'file-2'],
  )
  const other = { ...ME, application: 'mail' as ApplicationId }
  assert.deepEqual(
    [must(files.list(other)), must(files.open(other, 'file-1')), must(files.remove(other, 'file-1'))],
    [[], undefined, false],
  )
  for (const reference of [conversation('file-1'), answer({ id: 'content of file-1' } as Turn), answer({ id: 'file-1' } as Turn)]) {
    assert.equal(must(kept.load(ME, reference)), undefined)
    assert.match(failure(kept.save(ME, turnOf(callAt(), 'x', reference), RULES)), /^gone/)
  }
  assert.deepEqual(
    [must(kept.conversation(ME, 'file-1')), must(kept.end(ME, 'file-1')), must(kept.turn(ME, 'content of file-1'))],
    [undefined, false, undefined],
  )
  must(kept.begin(ME, { id: 'conv_1', created: NOON, metadata: {}, keptUntil: END }, undefined, RULES))
  assert.deepEqual([must(files.file(ME, 'conv_1')), must(files.remove(ME, 'conv_1'))], [undefined, false])
  assert.ok(!bytesOf(folder).includes('c2VjcmV0IHdvcmRz') && !bytesOf(folder).includes('a.pdf'))
  assert.match(failure(files.add(ME, { ...file, id: 'file-3', data: 'A'.repeat(200_000) }, RULES)), /^too-large/)
  assert.equal(must(files.file(ME, 'file-3')), undefined)
  assert.equal(must(files.remove(ME, 'file-1')), true)
  assert.equal(must(files.open(ME, 'file-1')), undefined)
  time.now = END
  must(store.maintain(time.now))
  assert.deepEqual(must(files.list(ME)), [])
})

test('bounds are kept per turn and per application, and what is erased makes room', (t) => {
  const { kept } = fresh(t)
  const long = (words: string) => turnOf(callAt(), words.repeat(400))
  assert.match(failure(kept.save(ME, long('x'), { ...RULES, maxBytesPerTurn: 500 })), /^too-large: it has \d+ bytes, and 500 is the most/)
  const tight = { ...RULES, maxBytesPerApplication: 4000 }
  const [a, b] = [long('a'), long('b')]
  must(kept.save(ME, a, tight))
  must(kept.save(ME, b, tight))
  const more = long('c')
  assert.match(failure(kept.save(ME, more, tight)), /^full: the application may keep 4000 bytes: delete conversations/)
  assert.equal(must(kept.turn(ME, more.id)), undefined)
  must(kept.save({ ...ME, application: 'mail' as ApplicationId }, long('d'), tight))
  must(kept.erase(ME, a.id))
  must(kept.save(ME, more, tight))
})

test('more than may be read at once is not read', (t) => {
  const { kept } = fresh(t)
  const first = turnOf(callAt(), 'one'.repeat(1000))
  const second = turnOf(callAt(), 'two', answer(first))
  must(kept.begin(ME, { id: 'conv_1', created: NOON, metadata: {}, keptUntil: END }, undefined, RULES))
  for (const turn of [first, second, turnOf(callAt(), 'in it'.repeat(1000), conversation('conv_1'))]) must(kept.save(ME, turn, RULES))
  for (const reference of [answer(second), conversation('conv_1')]) {
    assert.equal(failure(kept.load(ME, reference, 3000)), 'too-large: the conversation has more than the 3000 bytes that are read at once')
    assert.ok(must(kept.load(ME, reference, 30_000)))
  }
})

test('INVARIANT(G8): of what is erased, no text and no key is in any file of the store', (t) => {
  const { folder, path, kept, store, time } = fresh(t)
  const secret = (i: number, what: string) => `${what}-${(i * 2_654_435_761) % 4_294_967_296}-of-the-patient`
  const turns: Turn[] = []
  for (let i = 0; i < 400; i++) {
    const before = i % 4 === 0 ? undefined : turns[i - 1]
    const turn = turnOf(callAt(later(NOON, i)), secret(i, 'illness'), before && answer(before))
    must(kept.save(ME, turn, RULES))
    turns.push(turn)
    if (i % 10 !== 0) continue
    const name = `conv_${i}`
    const about = { id: name, created: NOON, metadata: { who: secret(i, 'name') }, keptUntil: END }
    must(kept.begin(ME, about, put(`add_${i}`, secret(i, 'letter'), conversation(name)), RULES))
  }
  const reader = new DatabaseSync(path)
  const keys = () => {
    const found = reader.prepare('SELECT key FROM seals WHERE key IS NOT NULL').all()
    return found.map((row) => Buffer.from(row.key as Uint8Array).toString('hex'))
  }
  const before = keys()
  for (let i = 0; i < 400; i += 4) must(kept.erase(ME, turns[i]?.id ?? '', i % 8 === 0 ? undefined : [turns[i]?.asked[0]?.id ?? '']))
  for (let i = 0; i < 400; i += 20) assert.equal(must(kept.end(ME, `conv_${i}`)), true)
  for (let i = 10; i < 400; i += 20) must(kept.amend(ME, { id: `conv_${i}`, metadata: { other: 'words' } }, RULES))
  const after = new Set(keys())
  reader.close()
  must(store.maintain(time.now))
  const bytes = bytesOf(folder)
  const gone = before.filter((key) => !after.has(key))
  assert.equal(gone.length, 100 + 3 * 20 + 20)
  for (const key of before) assert.equal(bytes.includes(Buffer.from(key, 'hex')), after.has(key))
  assert.ok(!bytes.includes('of-the-patient'), 'nothing that was said stands anywhere in the clear, erased or not')
  assert.deepEqual(must(kept.turn(ME, turns[4]?.id ?? '')), { ...turns[4], asked: [] })
})

test('what is erased of a call or a person is erased of its conversations too', async (t) => {
  const { kept, store } = fresh(t)
  const log = logOf(firstKey(store))
  const [anna, alsoAnna, bert] = [callAt(), callAt(), callAt()]
  const salt = '0a'.repeat(32)
  log.call(anna, 5, { call: anna, salt, subject: 'anna' })
  log.call(alsoAnna, 5, { call: alsoAnna, salt, subject: 'anna' })
  log.call(bert, 5, { call: bert, salt })
  const metadata = { who: 'anna' }
  must(kept.begin(ME, { id: 'conv_1', created: NOON, metadata, keptUntil: END }, put('add_1', 'about anna', conversation('conv_1')), RULES))
  const [first, second] = [turnOf(anna, 'a', conversation('conv_1')), turnOf(bert, 'b', conversation('conv_1'))]
  const alone = turnOf(alsoAnna, 'c')
  for (const turn of [first, second, alone]) must(kept.save(ME, turn, RULES))
  must(await store.projection.project(log.entries))
  assert.deepEqual(must(store.calls.eraseSubject('anna')), { calls: [anna, alsoAnna].sort(), complete: true })
  assert.deepEqual(must(kept.load(ME, conversation('conv_1'))), [second], 'nor is anything left that no call brought')
  assert.deepEqual(must(kept.conversation(ME, 'conv_1'))?.metadata, {})
  assert.equal(must(kept.turn(ME, alone.id)), undefined)
  assert.deepEqual(must(store.calls.eraseCall(bert)), { calls: [bert], complete: true })
  assert.deepEqual(must(kept.load(ME, conversation('conv_1'))), [])
})

test('a turn whose call was never recorded is found after a crash, and its own call’s erasure reaches it', (t) => {
  const { kept, store } = fresh(t)
  const [known, unknown] = [turnOf(callAt(), 'a'), turnOf(callAt(), 'b')]
  must(kept.save(ME, known, RULES))
  must(kept.save(ME, unknown, RULES))
  assert.equal(must(kept.eraseUnrecorded((call) => call === known.call)), 1)
  assert.deepEqual([must(kept.turn(ME, known.id))?.id, must(kept.turn(ME, unknown.id))], [known.id, undefined])
  assert.deepEqual(must(store.calls.eraseCall(known.call as CallId)), { calls: [known.call], complete: true })
  assert.equal(must(kept.turn(ME, known.id)), undefined)
})

test('the key is a file of its owner’s, made when it is first needed', {
  skip: process.platform === 'win32' && 'no such modes there',
}, (t) => {
  const { folder, kept } = fresh(t)
  const file = join(folder, 'secrets/conversations.key')
  assert.equal(existsSync(file), false)
  assert.equal(must(kept.turn(ME, 'resp_none')), undefined)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'secrets')).mode & 0o777, 0o700)
  assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}\n$/)
})

test('a wrong, unreadable or missing key is said to be, and harms nothing', (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'store.sqlite')
  const file = join(folder, 'secrets/conversations.key')
  const turn = turnOf(callAt(), 'a')
  const opened = () => {
    const { store, time } = openAt(path, 2)
    return {
      store,
      time,
      tried: store.conversations.load(ME, answer(turn)),
      saved: store.conversations.save(ME, turnOf(callAt(), 'b'), RULES),
    }
  }
  const { store } = openAt(path)
  must(store.conversations.save(ME, turn, RULES))
  store.close()
  const right = readFileSync(file)
  const shown = (change: () => void): string => {
    change()
    const { store: other, tried, saved } = opened()
    other.close()
    assert.equal(failure(tried), failure(saved))
    return failure(tried)
  }
  assert.equal(
    shown(() => writeFileSync(file, 'ab'.repeat(32))),
    'unavailable: `secrets/conversations.key` is not the key that the conversations were written with',
  )
  assert.equal(
    shown(() => writeFileSync(file, 'nonsense')),
    'unavailable: `secrets/conversations.key` does not hold a key',
  )
  assert.equal(
    shown(() => rmSync(file)),
    'unavailable: the key of the conversations is missing: restore `secrets/conversations.key`',
  )
  assert.equal(existsSync(file), false, 'no other key is made as long as something was sealed with this one')
  writeFileSync(file, right, { mode: 0o600 })
  const restored = opened()
  assert.deepEqual(must(restored.tried), [turn])
  restored.store.close()
  // Retention and erasure need no key; and where nothing is left, another one may be made.
  rmSync(file)
  const { store: last, time } = openAt(path, 3)
  t.after(() => last.close())
  assert.equal(last.calls.eraseCall(turn.call as CallId).ok, true)
  time.now = END
  must(last.maintain(time.now))
  must(last.conversations.save(ME, { ...turn, keptUntil: later(END, 1) }, RULES))
  assert.notDeepEqual(readFileSync(file), right)
})

test('what was tampered with is said to be damaged, whatever it was', (t) => {
  const folder = temporaryFolder(t)
  const { store } = openAt(join(folder, 'store.sqlite'))
  const [a, b, c] = [turnOf(callAt(), 'a'), turnOf(callAt(), 'b'), callAt()]
  const last = turnOf(c, 'c', answer(b))
  for (const turn of [a, b, last]) must(store.conversations.save(ME, turn, RULES))
  const theirs = turnOf(callAt(), 'd')
  must(store.conversations.save({ ...ME, application: 'mail' as ApplicationId }, theirs, RULES))
  store.close()
  const of = (turn: Turn, column = 'id') => `(SELECT ${column} FROM turns WHERE name = '${turn.id}')`
  const attacks: readonly [sql: string, wanted: Turn][] = [
    [`UPDATE turns SET body = zeroblob(40) WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET body = zeroblob(3) WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET body = CAST(substr(hex(body), 1, 200) AS BLOB) WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET body = ${of(a, 'body')} WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET (body, seal) = (SELECT body, seal FROM turns WHERE name = '${b.id}') WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET conversation = ${of(a, 'conversation')} WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET follows = ${of(a)} WHERE name = '${last.id}'`, last],
    [`UPDATE turns SET follows = NULL WHERE name = '${last.id}'`, last],
    [`UPDATE seals SET key = zeroblob(60) WHERE id = ${of(last)}`, last],
    [`UPDATE seals SET key = NULL WHERE id = ${of(last, 'conversation')}`, last],
    [`UPDATE seals SET key = (SELECT key FROM seals WHERE id = ${of(a)}) WHERE id = ${of(last)}`, last],
    // Another application's turn, made one of ours by whoever can write to the store.
    [`UPDATE conversations SET application = 'chat' WHERE id = ${of(theirs, 'conversation')}`, theirs],
    [`UPDATE turns SET conversation = ${of(last, 'conversation')} WHERE name = '${theirs.id}'`, theirs],
  ]
  for (const [index, [sql, wanted]] of attacks.entries()) {
    const copy = join(folder, `attack-${index}`)
    cpSync(join(folder, 'store.sqlite'), join(copy, 'store.sqlite'))
    cpSync(join(folder, 'secrets'), join(copy, 'secrets'), { recursive: true })
    const database = new DatabaseSync(join(copy, 'store.sqlite'), { enableForeignKeyConstraints: false })
    database.exec(sql)
    database.close()
    const { store: attacked } = openAt(join(copy, 'store.sqlite'), 2)
    assert.match(failure(attacked.conversations.load(ME, answer(wanted))), /^damaged: (what is kept as|the key of)/, sql)
    attacked.close()
  }
})

test('a full disk is a failure value, nothing is half kept, and the same turn is kept later', (t) => {
  const folder = temporaryFolder(t)
  const database = must(openDatabase(join(folder, 'store.sqlite')))
  t.after(() => database.close())
  const vault = createVault({ database, secrets: join(folder, 'secrets'), clock: () => NOON, random: seededRandom(4) })
  const kept = createConversations(database, vault)
  const first = turnOf(callAt(), 'a')
  must(kept.save(ME, first, RULES))
  database.exec('PRAGMA max_page_count = 60')
  const big = turnOf(callAt(), 'words '.repeat(20_000), answer(first))
  const roomy = { ...RULES, maxBytesPerTurn: 1_000_000 }
  const before = () => database.prepare('SELECT (SELECT count(*) FROM seals) AS seals, (SELECT bytes FROM kept_bytes) AS bytes').get()
  const unchanged = before()
  assert.equal(failure(kept.save(ME, big, roomy)), 'unavailable: the disk under the store is full')
  assert.deepEqual(before(), unchanged)
  assert.equal(must(kept.turn(ME, big.id)), undefined)
  assert.deepEqual(must(kept.load(ME, answer(first))), [first])
  assert.equal(must(kept.erase(ME, first.id)), true, 'erasing needs no room')
  database.exec('PRAGMA max_page_count = 100000')
  must(kept.save(ME, { ...big, follows: answer(turnOfSaved(kept)) }, roomy))
  database.exec('PRAGMA query_only = ON')
  assert.equal(failure(kept.save(ME, turnOf(callAt(), 'b'), RULES)), 'unavailable: the store is read-only')
})
const turnOfSaved = (kept: ReturnType<typeof createConversations>): Turn => {
  const turn = turnOf(callAt(), 'again')
  must(kept.save(ME, turn, RULES))
  return turn
}

/** Saves turn after turn and tells the parent of each; the parent ends it in the middle of one. */
const keepSaying = (folder: string): void => {
  const { store } = openAt(join(folder, 'store.sqlite'), 7)
  for (let i = 0, before: Turn | undefined; ; i++) {
    const turn = turnOf(`call_${i}` as CallId, `${i}`, before && i % 5 !== 0 ? answer(before) : undefined)
    must(store.conversations.save(ME, turn, RULES))
    process.send?.(turn.id)
    before = turn
  }
}
const CHILD = process.env.ALLOD_TEST_KEEP
if (CHILD !== undefined) keepSaying(CHILD)

test('INVARIANT(G6): what an answer said is kept is kept after kill -9', async (t) => {
  const folder = temporaryFolder(t)
  const told: string[] = []
  const child = fork(import.meta.filename, { env: { ...process.env, ALLOD_TEST_KEEP: folder } })
  child.on('message', (id) => {
    told.push(String(id))
    if (told.length === 60) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('close', resolve))
  const { store } = openAt(join(folder, 'store.sqlite'), 8)
  t.after(() => store.close())
  assert.ok(told.length >= 60)
  for (const id of told) assert.equal(must(store.conversations.load(ME, { kind: 'answer', id }))?.at(-1)?.id, id)
  // The turn that was being written is there whole or not at all, and told to nobody.
  const untold = must(store.conversations.eraseUnrecorded((call) => told.includes(`resp_${call}`)))
  for (const id of told) assert.equal(must(store.conversations.turn(ME, id))?.id, id)
  t.diagnostic(`${told.length} turns told, ${untold} kept and not told`)
})
