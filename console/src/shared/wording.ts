/**
 * Sentences for what the service says in codes: `say(reason)`. They come from the service's own catalogues at build
 * time, and are loaded after the first frame, one file for each language.
 */
import { signal } from '@preact/signals';
import { language, type Language } from './i18n';
import { spell, type Wording } from './spelling';

const loaded = signal<Partial<Record<Language, Wording>>>({});
const asked = new Set<Language>();

const load: Record<Language, () => Promise<{ default: unknown }>> = {
  'zh-CN': () => import('./api/wording.zh-CN.json'),
  en: () => import('./api/wording.en.json'),
};

function ask(wanted: Language): void {
  if (asked.has(wanted)) return;
  asked.add(wanted);
  load[wanted]().then(
    (found) => {
      loaded.value = { ...loaded.value, [wanted]: found.default as Wording };
    },
    () => asked.delete(wanted),
  );
}

/** The sentence for a reason in the language in use; undefined while it is loading, or when there is none. */
export function say(reason: { code: string; args?: Record<string, string | number> }): string | undefined {
  const wording = loaded.value[language.value];
  if (wording === undefined) {
    ask(language.value);
    return undefined;
  }
  return spell(reason, wording);
}

/** The word for a code of the service, such as a capability or a state; the code itself when there is none. */
export function word(code: string): string {
  const wording = loaded.value[language.value];
  if (wording === undefined) ask(language.value);
  return wording?.words[code] ?? code;
}

/** As `say`, but never nothing. */
export function sayOr(reason: { code: string; args?: Record<string, string | number> }): string {
  return say(reason) ?? reason.code;
}
