// Every word of the console by its id. A page's words are an area: one file per language, loaded with the page.
import type agreements from './en/agreements.json'
import type call from './en/call.json'
import type calls from './en/calls.json'
import type chat from './en/chat.json'
import type drills from './en/drills.json'
import type endpoints from './en/endpoints.json'
import type exposure from './en/exposure.json'
import type facts from './en/facts.json'
import type home from './en/home.json'
import type incidents from './en/incidents.json'
import type keys from './en/keys.json'
import type map from './en/map.json'
import type models from './en/models.json'
import type people from './en/people.json'
import type policy from './en/policy.json'
import type receipt from './en/receipt.json'
import type settings from './en/settings.json'
import type shell from './en/shell.json'
import type signIn from './en/sign-in.json'
import type start from './en/start.json'
import type ui from './en/ui.json'

export type WordId =
  // One line for each area, in the order of the alphabet.
  | keyof typeof agreements
  | keyof typeof call
  | keyof typeof calls
  | keyof typeof chat
  | keyof typeof drills
  | keyof typeof endpoints
  | keyof typeof exposure
  | keyof typeof facts
  | keyof typeof home
  | keyof typeof incidents
  | keyof typeof keys
  | keyof typeof map
  | keyof typeof models
  | keyof typeof people
  | keyof typeof policy
  | keyof typeof receipt
  | keyof typeof settings
  | keyof typeof shell
  | keyof typeof signIn
  | keyof typeof start
  | keyof typeof ui
