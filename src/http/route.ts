import type { z } from 'zod'
import type { Call } from './call.ts'
import type { Viewed } from './view-log.ts'

/** One route, as data: the router, the checks and the OpenAPI document are made of it. */
export interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base path; `:name` is a parameter. */
  readonly path: string
  readonly summary: string
  /** Of the path and of the query string; strict. */
  readonly parameters: z.ZodObject
  /** Whether the query string is for what is answered, and not for the handler. @default false */
  readonly isQueryIgnored?: boolean | undefined
  /** Of the body, which is JSON; strict. */
  readonly body?: z.ZodObject | undefined
  /** The schema of the JSON that it answers, or the media types of what is none; none where nothing is answered. */
  readonly answers: z.ZodType | readonly string[]
  /**
   * What an `audit.view` entry tells of, `null` where nothing was shown. Where it is absent, the route records
   * itself what it does.
   */
  readonly viewed?: ((parameters: never, answer: never) => Viewed | null) | undefined
  /** JSON, a response, or `null` where there is nothing. */
  readonly answer: (call: Call<never>) => Promise<object | null>
}

type Checked<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>

interface RouteOf<
  Parameters extends z.ZodRawShape,
  Body extends z.ZodRawShape,
  Answer extends object,
> extends Omit<Route, 'parameters' | 'body' | 'viewed' | 'answer'> {
  readonly parameters: z.ZodObject<Parameters, z.core.$strict>
  readonly body?: z.ZodObject<Body, z.core.$strict>
  readonly answer: (call: Call<Checked<Parameters> & Checked<Body>>) => Promise<Answer | null>
  readonly viewed?: (
    parameters: Checked<Parameters> & Checked<Body>,
    answer: NoInfer<Answer>,
  ) => Viewed | null
}

/** A route whose functions are typed by its own parameters. */
export function route<
  Parameters extends z.ZodRawShape,
  Body extends z.ZodRawShape,
  Answer extends object,
>(typed: RouteOf<Parameters, Body, Answer>): Route {
  return typed as unknown as Route
}
