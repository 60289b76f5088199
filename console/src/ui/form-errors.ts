import { createContext } from 'react'

/** What is wrong with each field of the form around, by the field’s name. */
export const FormErrors = createContext<Readonly<Record<string, string>>>({})
