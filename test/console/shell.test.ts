import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { example } from '../end-to-end/allod.ts'
import { Stage, violations } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await Stage.open('--config', example('hybrid'), '--sandbox')
})
after(() => stage.close())

test('whoever signs in sees what is run, and nothing comes from elsewhere', async () => {
  const page = await stage.page('/')
  assert.match((await page.locator('h1').textContent()) ?? '', /What .+ runs/)
  assert.deepEqual(await violations(page), [])
})

test('whoever has no key stays outside', async () => {
  const page = await stage.page('/', { role: 'nobody' })
  await page.getByLabel('Administrator’s key').fill('allodadmin_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /no administrator’s key/)
})
