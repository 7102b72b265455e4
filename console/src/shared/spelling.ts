/** A reason put into words; pure, and the same rules as the service's own (`dispatch/texts`). */
import { mmss } from './durations';

export interface Wording {
  sentences: Record<string, string>;
  words: Record<string, string>;
  word_args: string[];
  joiner: string;
}

type Args = Record<string, string | number>;

export function spell(reason: { code: string; args?: Args }, wording: Wording): string | undefined {
  const args = reason.args ?? {};
  return wording.sentences[reason.code]?.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, name?: string) =>
    name === undefined ? whole.charAt(0) : argument(name, args[name], wording),
  );
}

function argument(name: string, value: string | number | undefined, wording: Wording): string {
  if (value === undefined) return '…';
  if (wording.word_args.includes(name)) {
    const codes = String(value).split(',');
    return codes.map((code) => wording.words[code.trim()] ?? code.trim()).join(wording.joiner);
  }
  if (name.endsWith('_s')) return mmss(Math.round(Number(value)));
  if (name.endsWith('_m')) {
    const metres = Number(value);
    return metres < 1000 ? `${metres.toFixed(0)} m` : `${(metres / 1000).toFixed(1)} km`;
  }
  return String(value);
}
