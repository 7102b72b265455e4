/** Fields bound to a signal, and the dialog in which a person chooses a coded reason. */
import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Dialog, Field, type Joined } from '../components';
import { careText as t } from './texts/care';
import { codesOf, codeWord, type CodeList } from './texts/codes';

interface Bound {
  label: string;
  value: Signal<string>;
  hint?: string | undefined;
  wrong?: string | undefined;
  required?: boolean;
  class?: string;
}

type LineProps = Bound & { type?: 'text' | 'tel' | 'datetime-local'; list?: string; max?: number; inputmode?: 'tel' };

const joined = ({ label, hint, wrong, required, class: extra }: Bound) => ({
  label,
  ...(hint && { hint }),
  ...(wrong && { wrong }),
  ...(required && { required }),
  ...(extra && { class: extra }),
});

/** What is missing is said in the page's own words and language, not in the browser's. */
const told = ({ required, ...rest }: Joined): object => ({ ...rest, ...(required && { 'aria-required': true }) });

export function Line({ value, type = 'text', list, max = 400, inputmode, ...bound }: LineProps) {
  return (
    <Field {...joined({ ...bound, value })}>
      {(to) => (
        <input
          {...told(to)}
          type={type}
          maxLength={max}
          {...(list && { list })}
          {...(inputmode && { inputMode: inputmode })}
          autocomplete="off"
          value={value.value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type NumberProps = Bound & { min: number; max: number; step?: number };

/** A number with its bounds; empty means not measured. */
export function Num({ value, min, max, step = 1, ...bound }: NumberProps) {
  return (
    <Field {...joined({ ...bound, value })}>
      {(to) => (
        <input
          {...told(to)}
          type="number"
          inputMode={step < 1 ? 'decimal' : 'numeric'}
          min={min}
          max={max}
          step={step}
          value={value.value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function Area({ value, rows = 3, ...bound }: Bound & { rows?: number }) {
  return (
    <Field {...joined({ ...bound, value })}>
      {(to) => <textarea {...told(to)} rows={rows} maxLength={4000} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} />}
    </Field>
  );
}

/** One code of a list. With `empty`, none is chosen beforehand. */
export function Choice({ value, list, codes, empty, ...bound }: Bound & { list: CodeList; codes?: readonly string[]; empty?: string }) {
  return (
    <Field {...joined({ ...bound, value })}>
      {(to) => (
        <select {...told(to)} value={value.value} onChange={(event) => (value.value = event.currentTarget.value)}>
          {empty !== undefined && <option value="">{empty}</option>}
          {(codes ?? codesOf(list)).map((code) => <option key={code} value={code}>{codeWord(list, code)}</option>)}
        </select>
      )}
    </Field>
  );
}

export const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

interface CodeDialogProps {
  open: boolean;
  title: string;
  list: CodeList;
  codes?: readonly string[];
  /** What a person must know before they choose. */
  note?: string;
  submit: string;
  danger?: boolean;
  onClose: () => void;
  give: (code: string, remarks: string) => Promise<unknown>;
  children?: ComponentChildren;
}

/** A coded reason with remarks. It closes when the command was taken; what was typed stays until then. */
export function CodeDialog({ open, title, list, codes, note, submit, danger, onClose, give, children }: CodeDialogProps) {
  const code = useSignal('');
  const remarks = useSignal('');
  const missing = useSignal(false);
  useEffect(() => {
    if (!open) return;
    code.value = '';
    remarks.value = '';
    missing.value = false;
  }, [open]);
  const send = async (): Promise<void> => {
    missing.value = code.value === '';
    if (missing.value) return;
    await give(code.value, remarks.value.trim());
    onClose();
  };
  return (
    <Dialog open={open} title={title} onClose={onClose} onSubmit={send} submit={submit} {...(danger && { danger })}>
      {note && <p class="care-note">{note}</p>}
      <Choice label={t.reason} required value={code} list={list} {...(codes && { codes })} empty={t.choose} wrong={missing.value ? t.chooseReason : undefined} />
      {children}
      <Area label={t.remarks} value={remarks} />
    </Dialog>
  );
}
