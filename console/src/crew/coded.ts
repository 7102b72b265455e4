/** Texts by the codes of the service. */
import { t } from './texts';

/** A text by the code that the service uses; the code itself when there is none. */
export function coded(prefix: 'step' | 'tab' | 'sex' | 'end' | 'notice' | 'strain' | 'change' | 'avpu', code: string): string {
  const found = (t as unknown as Record<string, string | undefined>)[`${prefix}_${code}`];
  return found ?? code;
}
