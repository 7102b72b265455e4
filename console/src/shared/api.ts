/**
 * The one way to the service, typed by its own OpenAPI.
 *
 *   const view = await read('/api/v1/incidents/{incident_id}', { path: { incident_id } });
 *   const done = await send('/api/v1/incidents/{incident_id}/hold', { path: { incident_id }, body: { reason } });
 *
 * `send` makes an Idempotency-Key for each command and keeps it while it tries again, so a command that was perhaps
 * taken is never taken twice. A refusal is thrown as `Problem`, an unreachable service as `Unreached`.
 */
import createClient from 'openapi-fetch';
import { backoff } from './backoff';
import type { components, paths } from './api/schema';
import { language } from './i18n';
import { tryOf } from './inflight';
import { seat } from './seat';
import { say } from './wording';

export type Schemas = components['schemas'];
export type Reason = Schemas['Reason'];

type Verb = 'get' | 'post' | 'delete';
type With<V extends Verb> = { [P in keyof paths]: paths[P] extends Record<V, object> ? P : never }[keyof paths];
type Operation<P extends keyof paths, V extends Verb> = V extends keyof paths[P] ? paths[P][V] : never;
type Part<O, N extends 'path' | 'query'> = O extends { parameters: Record<N, infer T> } ? T : never;
type OptionalPart<O, N extends 'path' | 'query'> = O extends { parameters: { [K in N]?: infer T } } ? NonNullable<T> : never;
type Body<O> = O extends { requestBody?: infer R }
  ? NonNullable<R> extends { content: { 'application/json': infer T } }
    ? T
    : never
  : never;
export type AnswerTo<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : unknown;

type PathArg<O> = [Part<O, 'path'>] extends [never] ? unknown : { path: Part<O, 'path'> };
type QueryArg<O> = { query?: OptionalPart<O, 'query'> };
type BodyArg<O> = [Body<O>] extends [never] ? unknown : {} extends Body<O> ? { body?: Body<O> } : { body: Body<O> };

/** Arguments of a GET: `path` where the path has names, `query` where it takes any. */
export type ReadArgs<P extends With<'get'>> = PathArg<Operation<P, 'get'>> & QueryArg<Operation<P, 'get'>> & Common;
/** Arguments of a POST: `path` and `body`. */
export type SendArgs<P extends With<'post'>> = PathArg<Operation<P, 'post'>> & BodyArg<Operation<P, 'post'>> & Common;
type Common = { signal?: AbortSignal };

/** The service has answered, and the answer is no. `message` is in the language that is in use now. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly document: Schemas['Problem'] & Record<string, unknown>,
  ) {
    super(document.detail);
    this.name = 'Problem';
  }

  get code(): string {
    return this.document.code;
  }

  get args(): Record<string, string | number> {
    return this.document.args;
  }

  /** For a person, in the language of this moment. */
  get words(): string {
    return say({ code: this.code, args: this.args }) ?? this.document.detail;
  }

  /** What is wrong with one field, for a person; undefined when nothing is. */
  field(name: string): string | undefined {
    const found = this.document.errors.find((error) => error.field === name);
    return found && (say({ code: found.code, args: found.args }) ?? found.message);
  }
}

/** The service did not answer. Whether it has taken the command is not known: send it again with the same key. */
export class Unreached extends Error {
  constructor() {
    super('unreached');
    this.name = 'Unreached';
  }
}

const client = createClient<paths>({ baseUrl: typeof location === 'undefined' ? '' : location.origin });
client.use({
  onRequest({ request }) {
    if (seat !== null) request.headers.set('Jiuhu-Seat', seat);
    request.headers.set('Accept-Language', language.value);
    return request;
  },
});

export function newKey(): string {
  return crypto.randomUUID();
}

type Raw = { data?: unknown; error?: unknown; response: Response };
type Call = (path: string, init: object) => Promise<Raw>;
type Init = { params: object; body?: unknown; signal?: AbortSignal | undefined };

/** One request; what hung on a line that was lost is asked again, reading or under its key. */
async function once(call: Call, path: string, init: Init, tries = 0): Promise<unknown> {
  const { signal, next } = tryOf(tries, init.signal);
  let raw: Raw;
  try {
    raw = await call(path, { ...init, signal });
  } catch (error) {
    const following = next();
    if (following !== null) return once(call, path, init, following);
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreached();
  }
  if (raw.response.ok) return raw.data;
  const document = raw.error as Schemas['Problem'] & Record<string, unknown>;
  // Something between us and the service has answered for it.
  if (typeof document !== 'object' || document === null || !('code' in document)) throw new Unreached();
  throw new Problem(raw.response.status, document);
}

/** GET. */
export async function read<P extends With<'get'>>(
  path: P,
  ...[args]: {} extends ReadArgs<P> ? [ReadArgs<P>?] : [ReadArgs<P>]
): Promise<AnswerTo<Operation<P, 'get'>>> {
  const { path: names, query, signal } = (args ?? {}) as { path?: object; query?: object; signal?: AbortSignal };
  const init = { params: { path: names, query }, signal };
  return (await once(client.GET as unknown as Call, path, init)) as AnswerTo<Operation<P, 'get'>>;
}

const TRIES = 4;

/** POST, as a command: tried again under the same key when the service cannot be reached or is not ready. */
export async function send<P extends With<'post'>>(
  path: P,
  args: SendArgs<P>,
  key: string = newKey(),
): Promise<AnswerTo<Operation<P, 'post'>>> {
  const { path: names, body, signal } = args as { path?: object; body?: object; signal?: AbortSignal };
  const init = { params: { path: names, header: { 'Idempotency-Key': key } }, body: body ?? {}, signal };
  for (let tries = 0; ; tries++) {
    try {
      return (await once(client.POST as unknown as Call, path, init)) as AnswerTo<Operation<P, 'post'>>;
    } catch (error) {
      const again = error instanceof Unreached || (error instanceof Problem && error.status === 503);
      if (!again || tries + 1 >= TRIES || signal?.aborted) throw error;
      await new Promise((go) => setTimeout(go, backoff(tries)));
    }
  }
}

/** DELETE: only signing out. */
export async function remove<P extends With<'delete'>>(path: P): Promise<void> {
  await once(client.DELETE as unknown as Call, path, { params: {}, body: {} });
}

/** Whether the same request may be answered a little later: nobody answered, or the service was not ready. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreached || (error instanceof Problem && error.status >= 500);
}

/** Any error as words for a person. */
export function wordsOf(error: unknown): string {
  if (error instanceof Problem) return error.words;
  if (error instanceof Unreached) {
    return language.value === 'en' ? 'The service cannot be reached' : '无法连接服务';
  }
  return String(error);
}
