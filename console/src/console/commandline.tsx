/** The command line: one key from anywhere; says in plain words what Enter would do, and what was done. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { wordsOf } from '../shared/api';
import { KeyHint } from '../shared/components';
import { useKeys } from '../shared/keys';
import { completions, readLine } from './command';
import { go, VERBS } from './commands';
import { t } from './texts';

export function CommandLine() {
  const text = useSignal('');
  const shown = useSignal(false);
  const at = useSignal(-1);
  const told = useSignal<{ text: string; bad: boolean } | null>(null);
  const history = useRef<string[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const begin = (): void => {
    before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    field.current?.focus();
    field.current?.select();
  };
  useKeys([
    { keys: '/', says: () => t.commandLine, run: begin },
    { keys: 'Ctrl+K', says: () => t.commandLine, run: begin },
  ], []);

  const line = text.value;
  const reading = line.trim() === '' ? null : readLine(line, VERBS(), go);
  const choices = shown.value ? completions(line, VERBS()) : [];
  const take = (choice: string): void => {
    text.value = choice;
    at.value = -1;
    field.current?.focus();
  };
  const leave = (): void => {
    shown.value = false;
    text.value = '';
    before.current?.focus();
    if (document.activeElement === field.current) field.current?.blur();
  };
  const run = async (): Promise<void> => {
    if (reading === null) return;
    if ('wrong' in reading) {
      told.value = { text: reading.wrong, bad: true };
      return;
    }
    const { says } = reading;
    history.current.unshift(line);
    text.value = '';
    shown.value = false;
    before.current?.focus();
    if (document.activeElement === field.current) field.current?.blur();
    told.value = { text: `… ${says}`, bad: false };
    try {
      await reading.run();
      told.value = { text: `✓ ${says}`, bad: false };
    } catch (error) {
      // What was typed comes back, to be corrected.
      text.value = line;
      told.value = { text: `⚠ ${says}: ${wordsOf(error)}`, bad: true };
    }
  };
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const count = choices.length;
    if (event.key === 'Escape') leave();
    else if (event.key === 'ArrowDown' && count > 0) at.value = (at.value + 1) % count;
    else if (event.key === 'ArrowUp' && line === '' && history.current[0] !== undefined) text.value = history.current[0];
    else if (event.key === 'ArrowUp' && count > 0) at.value = (at.value - 1 + count) % count;
    else if (event.key === 'Tab' && !event.shiftKey && count > 0 && line !== '') take(choices[Math.max(at.value, 0)]!.line);
    else if (event.key === 'Enter' && at.value >= 0 && choices[at.value] !== undefined) take(choices[at.value]!.line);
    else if (event.key === 'Enter') void run();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="command-line no-print" role="search" aria-label={t.commandLine}>
      {choices.length > 0 && (
        <ul class="completions" id="completions" role="listbox" aria-label={t.completions}>
          {choices.map((one, index) => (
            <li key={one.line} id={`completion-${index}`} ref={(item) => void (index === at.value && item?.scrollIntoView({ block: 'nearest' }))} role="option" aria-selected={index === at.value} onMouseDown={(event) => (event.preventDefault(), take(one.line))}>
              <b>{one.line.trim()}</b> <span class="quiet">{one.says}</span>
            </li>
          ))}
        </ul>
      )}
      <label class="row grow">
        <KeyHint keys="/" />
        <span class="sr">{t.commandLine}</span>
        <input
          ref={field}
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls="completions"
          aria-autocomplete="list"
          {...(at.value >= 0 && { 'aria-activedescendant': `completion-${at.value}` })}
          autocomplete="off"
          spellcheck={false}
          placeholder={t.commandExample}
          value={line}
          onFocus={() => (shown.value = true)}
          onBlur={() => (shown.value = false)}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            at.value = -1;
            shown.value = true;
          }}
          onKeyDown={press}
        />
      </label>
      <output class="echo" data-bad={reading !== null ? 'wrong' in reading : (told.value?.bad ?? false)}>
        {reading !== null ? ('wrong' in reading ? reading.wrong : `→ ${reading.says}`) : told.value?.text}
      </output>
    </div>
  );
}
