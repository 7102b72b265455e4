/**
 * The language of this browser, and texts in it. Each page keeps its texts beside its components:
 *
 *   export const t = texts({
 *     'zh-CN': { queue: '事件队列', waiting: (n: number) => `等待 ${n}` },
 *     en: { queue: 'Incidents', waiting: (n: number) => `${n} waiting` },
 *   });
 *   ... <h2>{t.queue}</h2>
 *
 * A missing or superfluous text in either language does not compile. Read inside a component, a text follows the
 * language when it is switched.
 */
import { effect, signal } from '@preact/signals';

export type Language = 'zh-CN' | 'en';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

type Text = string | ((...args: never[]) => string);
export type Texts = Record<string, Text>;
/** Every catalogue that was made: a test walks them. */
export const catalogues: Record<Language, Texts>[] = [];

const KEPT = 'jiuhu-language';

function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

export const language = signal<Language>(kept());

export function setLanguage(to: Language): void {
  language.value = to;
  try {
    localStorage.setItem(KEPT, to);
  } catch {
    // It holds for this page only.
  }
}

if (typeof document !== 'undefined') {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  // Another window of this browser has switched.
  addEventListener('storage', (event) => {
    if (event.key === KEPT) language.value = kept();
  });
}

/** The same names with texts of the same form. */
type Same<T extends Texts> = { [K in keyof T]: T[K] extends string ? string : T[K] };

export function texts<T extends Texts>(both: { 'zh-CN': T; en: NoInfer<Same<T>> }): Same<T> {
  catalogues.push(both);
  const found = {};
  for (const name of Object.keys(both['zh-CN'])) {
    Object.defineProperty(found, name, { enumerable: true, get: () => both[language.value][name] });
  }
  return found as Same<T>;
}

/** One of two names that data carries, such as `name_zh` and `name_en`; the other one when it is empty. */
export function named(of: { name_zh: string; name_en: string }): string {
  return language.value === 'en' ? of.name_en || of.name_zh : of.name_zh || of.name_en;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.value} ${name}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : 'zh-CN', { ...options, hourCycle: 'h23' });
    formats.set(key, found);
  }
  return found;
}

/** 14:05:09 */
export function clockTime(at: string | number | Date): string {
  return format('time', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
}

/** 14:05 */
export function shortTime(at: string | number | Date): string {
  return format('short', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** Day and time, in the order of the language. */
export function dayTime(at: string | number | Date): string {
  // 11/12 is another day on the other side of an ocean: English names the month.
  const month = language.value === 'en' ? 'short' : '2-digit';
  const options = { month, day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  return format('day', options).format(new Date(at));
}

/** 850 m, 3.2 km, 14 km */
export function distance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`;
}

/** Who, and where; a desk that is called like its organisation, in either language, is just that. */
export const placed = (name: string, of: { name_zh: string; name_en: string }): string =>
  name === of.name_zh || name === of.name_en ? named(of) : `${name} · ${named(of)}`;
