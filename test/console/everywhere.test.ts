// What holds on every page: in both themes, in English, Arabic and Hindi, wide and narrow; by keyboard, at 320 px, with text of twice the size.
// One window for each language and size, in which the console goes from page to page by itself; the theme changes under it.
// With ALLOD_PICTURES set, every page is written to docs/images/, wide and narrow, light and dark.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { example } from '../end-to-end/allod.ts'
import { unheard } from './read-aloud.ts'
import { EVERY_LOOK, lookTest, NARROW, picture, Stage, violations, WIDE } from './stage.ts'
import { fill } from './traffic.ts'

const TABLE = readFileSync(join(import.meta.dirname, '../../console/src/pages.tsx'), 'utf8')
const PATTERNS = [...TABLE.matchAll(/path: '([^']+)'/g)].map(([, path]) => path ?? '')
const PATIENCE = 15_000
/** Both directions of writing, both sizes, and both themes: the wide one in light, the narrow one in the dark. */
const FEW = ['en wide', 'ar narrow']

let stage: Stage
let paths: readonly string[]
before(async () => {
  stage = await Stage.open('--config', example('hybrid'), '--sandbox')
  await fill(stage)
  const page = await stage.page('/')
  const found: string[] = []
  for (const pattern of PATTERNS) {
    const path = /[:*]/.test(pattern) ? await firstOf(page, pattern) : pattern
    if (path !== undefined) found.push(path)
  }
  paths = found
})
afterEach(() => stage.rest())
after(() => stage.close())

/** Goes to a page as a link does, and waits until it stands. */
const go = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((to) => {
    if (location.pathname === `/console${to}`) return
    for (const heading of document.querySelectorAll('h1')) heading.dataset.old = ''
    history.pushState(null, '', `/console${to}`)
  }, path)
  await page.locator('h1:not([data-old])').first().waitFor({ timeout: PATIENCE })
  await settled(page)
}

/** Requests of a page that have no answer yet; the stream of events never has one. */
const pending = new WeakMap<Page, Set<Request>>()
const follow = (page: Page): Set<Request> => {
  const known = pending.get(page) ?? new Set<Request>()
  if (!pending.has(page)) {
    pending.set(page, known)
    page.on('request', (request) => {
      if (!request.url().endsWith('/events')) known.add(request)
    })
    const over = (request: Request): boolean => known.delete(request)
    page.on('requestfinished', over)
    page.on('requestfailed', over)
  }
  return known
}
const CALM = 150
/** Waits until nothing is asked for any more and what was answered is drawn. */
const settled = async (page: Page): Promise<void> => {
  const asked = follow(page)
  const deadline = performance.now() + PATIENCE
  for (let calmSince = performance.now(); performance.now() - calmSince < CALM; ) {
    if (performance.now() > deadline) throw new Error(`${page.url()} does not come to rest`)
    const busy = asked.size > 0 || (await page.evaluate(() => document.querySelector('[aria-busy=true]') !== null))
    if (busy) calmSince = performance.now()
    await new Promise((resolve) => setTimeout(resolve, CALM / 3))
  }
}

/** A page of details, by the first link to one on the page above it; undefined where there is none yet. */
const firstOf = async (page: Page, pattern: string): Promise<string | undefined> => {
  const parent = `/${pattern.split('/')[1] ?? ''}`
  const prefix = `/console${pattern.replace(/[:*].*$/, '')}`
  await go(page, parent)
  const links = page.locator(`main a[href^="${prefix}"]`)
  await links
    .first()
    .waitFor({ timeout: 2000 })
    .catch(() => undefined)
  const [href] = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  return href?.slice('/console'.length)
}

/** How far what is shown reaches beyond the window, in px. */
const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - document.documentElement.clientWidth)

/** Texts that are cut: their box hides what is larger than it, and gives no way to it. */
const cutTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main *, header *, nav *')]
      .filter((element) => {
        const { overflowX, overflowY, textOverflow, clipPath } = getComputedStyle(element)
        if (element.offsetParent === null || clipPath !== 'none' || textOverflow === 'ellipsis' || element.textContent?.trim() === '')
          return false
        const isCut = (overflow: string, inside: number, box: number): boolean => /hidden|clip/.test(overflow) && inside > box + 2
        return isCut(overflowX, element.scrollWidth, element.clientWidth) || isCut(overflowY, element.scrollHeight, element.clientHeight)
      })
      .map((element) => `${element.tagName} ${element.className}: ${element.textContent?.slice(0, 60)}`),
  )

const nameOf = (path: string): string => {
  const [, first = '', second] = path.split('/')
  return second === undefined ? first || 'home' : `${first.replace(/s$/, '')}-page`
}

test('the table of pages was walked: every page of details that the calls lead to is among them', () => {
  for (const pattern of ['/calls/', '/endpoints/', '/models/'])
    assert.ok(
      paths.some((path) => path.startsWith(pattern)),
      pattern,
    )
  assert.ok(paths.length >= PATTERNS.length - 2, `${paths.length} of ${PATTERNS.length}`)
})

for (const language of ['en', 'ar', 'hi'] as const) {
  for (const [size, name] of [
    [WIDE, 'wide'],
    [NARROW, 'narrow'],
  ] as const) {
    if (!EVERY_LOOK && !FEW.includes(`${language} ${name}`)) continue
    test(`every page holds in ${language}, ${name}`, async () => {
      const page = await stage.page('/', { language, size })
      const wrong: string[] = []
      for (const path of paths) {
        await page.emulateMedia({ colorScheme: EVERY_LOOK || size === WIDE ? 'light' : 'dark', reducedMotion: 'reduce' })
        await go(page, path)
        const found = [...(await violations(page)), ...(await unheard(page))]
        const over = await overhang(page)
        const moving = await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length)
        if (language === 'en') await picture(page, `${nameOf(path)}-${name}-light`)
        await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
        // A quick run looks at one theme in each size.
        const dark = EVERY_LOOK ? await violations(page) : []
        if (language === 'en') await picture(page, `${nameOf(path)}-${name}-dark`)
        if (language === 'ar' && name === 'wide') await picture(page, `${nameOf(path)}-arabic`)
        wrong.push(...[...found, ...dark.map((each) => `dark: ${each}`)].map((each) => `${path}: ${each}`))
        if (over > 0) wrong.push(`${path}: reaches ${over} px beyond the window`)
        if (moving > 0) wrong.push(`${path}: ${moving} things move although stillness was asked for`)
      }
      await stage.rest()
      assert.deepEqual(wrong, [])
    })
  }
}

test('at 320 px, and with text of twice the size, nothing is cut and nothing scrolls sideways', async () => {
  for (const [size, scale] of [
    [{ width: 320, height: 700 }, '100%'],
    [{ width: 640, height: 900 }, '200%'],
    ...(EVERY_LOOK ? [[WIDE, '200%'] as const] : []),
  ] as const) {
    const page = await stage.page('/', { size })
    const wrong: string[] = []
    await page.evaluate((to) => {
      document.documentElement.style.fontSize = to
    }, scale)
    for (const path of paths) {
      await go(page, path)
      const over = await overhang(page)
      if (over > 0) wrong.push(`${path}: reaches ${over} px beyond the window`)
      wrong.push(...(await cutTexts(page)).map((each) => `${path}: ${each}`))
    }
    await stage.rest()
    assert.deepEqual(wrong, [], `${size.width} px, ${scale}`)
  }
})

lookTest('the keyboard reaches every control of every page', async () => {
  const page = await stage.page('/')
  const wrong: string[] = []
  for (const path of paths) {
    await go(page, path)
    await page.evaluate(() => {
      document.addEventListener('focusin', ({ target }) => (target as HTMLElement).setAttribute('data-reached', ''))
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    })
    const count = await page.evaluate(
      () => document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]').length,
    )
    for (let pressed = 0; pressed < count + 2; pressed += 1) await page.keyboard.press('Tab')
    const missed = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
        .filter((element) => {
          const isOne = element instanceof HTMLInputElement && element.type === 'radio' && !element.checked
          return element.checkVisibility() && element.tabIndex >= 0 && !isOne && !element.matches(':disabled, [data-reached]')
        })
        .map((element) => element.outerHTML.slice(0, 160)),
    )
    wrong.push(...missed.map((each) => `${path}: ${each}`))
  }
  assert.deepEqual(wrong, [])
})

test('with forced colours, what is chosen is still told apart', async () => {
  const page = await stage.page('/settings')
  await page.emulateMedia({ forcedColors: 'active' })
  const outlined = await page.evaluate(() =>
    [...document.querySelectorAll('[aria-current=page], label:has(:checked)')].map((element) => getComputedStyle(element).outlineStyle),
  )
  assert.ok(outlined.length > 1)
  assert.ok(outlined.every((style) => style !== 'none'))
})

test('on paper stands what a page says, dark on light, without what can be done with it', async () => {
  const call = paths.find((path) => path.startsWith('/calls/')) ?? '/calls'
  const page = await stage.page('/')
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const path of [call, '/drills']) {
    await go(page, path)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const printed = await page.evaluate(() => {
      const isShown = (element: Element): boolean => element.checkVisibility()
      const [main] = document.querySelectorAll('main')
      return {
        around: [...document.querySelectorAll('nav, header[data-region], main button:not(th button)')].filter(isShown).length,
        says: main?.textContent.length ?? 0,
        ink: getComputedStyle(document.body).color,
        paper: getComputedStyle(document.body).backgroundColor,
        over: (document.scrollingElement?.scrollWidth ?? 0) - document.documentElement.clientWidth,
      }
    })
    assert.deepEqual(
      { ...printed, says: printed.says > 200 },
      { around: 0, says: true, ink: 'rgb(20, 28, 24)', paper: 'rgba(0, 0, 0, 0)', over: 0 },
      path,
    )
    await page.emulateMedia({ media: 'screen' })
  }
})

test('the first page is at most 220 KB as it is sent', async () => {
  const page = await stage.page('/', { own: true })
  await page.waitForLoadState('networkidle')
  const files = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => new URL(name).pathname.startsWith('/console/'))
      .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, size: encodedBodySize })),
  )
  const whole = files.reduce((sum, { size }) => sum + size, 0)
  assert.ok(whole > 60 * 1024, 'the browser tells sizes')
  assert.ok(whole <= 220 * 1024, `${(whole / 1024).toFixed(1)} KB: ${JSON.stringify(files)}`)
})

test('without its exchange the frame opens and says that it was not reached', async () => {
  const context = await stage.visitor({ worker: true })
  const page = await context.newPage()
  await page.goto('/console/')
  await page.locator('h1').first().waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await page.locator('h1').first().waitFor()
  await context.setOffline(true)
  await page.goto('/console/')
  await page.getByText('The exchange was not reached.').first().waitFor({ timeout: PATIENCE })
  assert.equal(await page.locator('main dl').count(), 0, 'no figure is shown')
  await context.close()
})
