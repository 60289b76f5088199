// The examples of RFC 9309, sections 2.2 and 5, and the patterns that a parser gets wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesPath, mayCrawl, parseRobots } from './robots.ts'
import { licenceFrom } from './spdx.ts'

test('groups bind whom they name, and everybody else is bound by `*`', () => {
  const text = `User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
`
  const rows: [agents: string[], path: string, may: boolean][] = [
    [[], '/example/', false],
    [[], '/x/y.gif', false],
    [[], '/x/y.gif?z', true],
    [[], '/publications/', true],
    [['foobot'], '/', false],
    [['FooBot'], '/example/page.html', true],
    [['foobot'], '/robots.txt', true],
    [['barbot'], '/example/page.html', false],
    [['bazbot'], '/example/other.html', true],
    [['quxbot'], '/example/', true],
    [['elsebot'], '/example/', false],
    [['foobot', 'barbot'], '/other', false],
  ]
  for (const [agents, path, may] of rows) assert.equal(mayCrawl(parseRobots(text, agents), path), may, `${agents} ${path}`)
})

test('the longest rule counts, and allow where two are as long', () => {
  const rules = parseRobots(
    'user-agent: a # them\nuser-agent: *\ndisallow: /p # all\nallow: /p/public\ndisallow: /same\nallow: /same\nallow: /%7Ejoe\ndisallow: /~\ndisallow:\n',
    [],
  )
  const rows: [string, boolean][] = [
    ['/p', false],
    ['/p/public/x', true],
    ['/same', true],
    ['/~ann', false],
    ['/%c3%a9', true],
  ]
  for (const [path, may] of rows) assert.equal(mayCrawl(rules, path), may, path)
  assert.equal(mayCrawl(parseRobots('user-agent: *\ndisallow: /é', []), '/%C3%A9'), false)
})

test('patterns match as a regular expression would, and in time that nobody can blow up', () => {
  const letter = fc.constantFrom('a', 'b', '*', '/')
  fc.assert(
    fc.property(
      fc.string({ unit: letter, maxLength: 8 }),
      fc.boolean(),
      fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 }),
      (pattern, isWhole, path) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}${isWhole ? '$' : ''}`).test(path)
        assert.equal(matchesPath(pattern + (isWhole ? '$' : ''), path), expected)
      },
    ),
    { numRuns: 2000 },
  )
  assert.equal(matchesPath(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000)), false)
})

test('licences are known by the names that people give them, and never guessed', () => {
  const rows: [string, string | null][] = [
    ['https://creativecommons.org/licenses/by-sa/4.0/deed.et', 'CC-BY-SA-4.0'],
    ['http://creativecommons.org/licenses/by/3.0/ee/', 'CC-BY-3.0-EE'],
    ['CC BY-NC-ND 4.0', 'CC-BY-NC-ND-4.0'],
    ['cc-by-4.0', 'CC-BY-4.0'],
    ['Creative Commons Attribution-ShareAlike 4.0 International', 'CC-BY-SA-4.0'],
    ['Creative Commons Attribution 3.0', 'CC-BY-3.0'],
    ['Creative Commons Zero', 'LicenseRef-Creative-Commons-Zero'],
    ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0'],
    ['Public Domain', 'LicenseRef-public-domain'],
    ['MIT', 'MIT'],
    ['Apache-2.0 OR MIT', 'Apache-2.0 OR MIT'],
    ['LicenseRef-ours', 'LicenseRef-ours'],
    ['GFDL', 'LicenseRef-GFDL'],
    ['proprietary', 'LicenseRef-proprietary'],
    ['©', 'LicenseRef-unknown'],
    ['  ', null],
  ]
  for (const [statement, id] of rows) assert.equal(licenceFrom(statement), id, statement)
})
