/**
 * The grammar of the command line: a verb in Chinese or English, shortened as one likes, then what it is about. Pure: it
 * turns text into a plan (what would be done, in plain words) and completions; `commands` knows what can be done.
 */

/** What the words can name now. */
export interface Named {
  id: string;
  /** What it is called on the screen; matched at its beginning, or anywhere when longer than one letter. */
  name: string;
  /** What else finds it. */
  also?: string;
}

export interface Plan {
  /** What would be done, for the person to check before Enter. */
  says: string;
  run: () => unknown;
}

/** `wrong`: what is missing or unknown, for the person. */
export type Reading = Plan | { wrong: string };

export interface Verb {
  /** The first is shown; all are understood, and every beginning of one that is unambiguous. */
  names: readonly string[];
  /** How it is used, shown beside its name. */
  usage: () => string;
  read: (rest: string) => Reading;
  /** What may come next, as whole words to put in the place of the last one. */
  complete?: (rest: string) => readonly Named[];
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

/** Splits "派 急101" and "派急101" alike: a Chinese verb needs no space behind it. */
export function splitVerb(text: string, verbs: readonly Verb[]): { verb: Verb | null; typed: string; rest: string; whole: boolean } {
  const line = text.normalize('NFKC').trimStart();
  const space = line.search(/\s/);
  const word = space === -1 ? line : line.slice(0, space);
  const after = space === -1 ? '' : line.slice(space).trim();
  const exact = verbs.find((verb) => verb.names.some((name) => fold(name) === fold(word)));
  if (exact !== undefined) return { verb: exact, typed: word, rest: after, whole: true };
  const glued = verbs
    .flatMap((verb) => verb.names.filter((name) => /[\u4e00-\u9fff]/.test(name) && line.startsWith(name)).map((name) => ({ verb, name })))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (glued !== undefined) return { verb: glued.verb, typed: glued.name, rest: line.slice(glued.name.length).trim(), whole: true };
  const begun = word === '' ? [] : verbs.filter((verb) => verb.names.some((name) => fold(name).startsWith(fold(word))));
  return { verb: begun.length === 1 ? begun[0]! : null, typed: word, rest: after, whole: false };
}

/** The one that is meant: exactly so named, else the only one that begins so, else the only one that holds it. */
export function find<T extends Named>(word: string, among: readonly T[]): T | 'many' | null {
  const wanted = fold(word);
  if (wanted === '') return null;
  const exact = among.filter((one) => fold(one.name) === wanted);
  if (exact.length === 1) return exact[0]!;
  const begun = among.filter((one) => fold(one.name).startsWith(wanted));
  if (begun.length === 1) return begun[0]!;
  const held = begun.length > 1 ? begun : among.filter((one) => fold(`${one.name} ${one.also ?? ''}`).includes(wanted));
  return held.length === 0 ? null : held.length === 1 ? held[0]! : 'many';
}

/** Those that may be meant, the closest first. */
export function matches<T extends Named>(word: string, among: readonly T[], most = 8): T[] {
  const wanted = fold(word);
  if (wanted === '') return among.slice(0, most);
  const rank = (one: T): number => (fold(one.name) === wanted ? 0 : fold(one.name).startsWith(wanted) ? 1 : fold(`${one.name} ${one.also ?? ''}`).includes(wanted) ? 2 : 9);
  return among.map((one) => ({ one, at: rank(one) })).filter((found) => found.at < 9).sort((a, b) => a.at - b.at).slice(0, most).map((found) => found.one);
}

/** Whole lines to choose from, for what has been typed so far. */
export function completions(text: string, verbs: readonly Verb[]): { line: string; says: string }[] {
  const { verb, typed, rest, whole } = splitVerb(text, verbs);
  if (verb === null || (!whole && rest === '')) {
    const begun = verbs.filter((one) => typed === '' || one.names.some((name) => fold(name).startsWith(fold(typed))));
    return begun.slice(0, 10).map((one) => ({ line: `${one.names.find((name) => fold(name).startsWith(fold(typed))) ?? one.names[0]!} `, says: one.usage() }));
  }
  const last = /\s$/.test(text) || rest === '' ? '' : rest.split(/\s+/).at(-1)!;
  const before = text.slice(0, text.length - last.length);
  const glue = before === '' || /\s$/.test(before) ? before : last === '' ? `${before} ` : before;
  return (verb.complete?.(rest) ?? []).map((one) => ({ line: `${glue}${one.name} `, says: one.also ?? '' }));
}

/** What the line means. `bare` reads a line without a verb, such as the code of an incident alone. */
export function readLine(text: string, verbs: readonly Verb[], bare: (word: string) => Reading): Reading {
  const { verb, rest } = splitVerb(text, verbs);
  return verb === null ? bare(text.trim()) : verb.read(rest);
}
