/** Button, fields, dialog: the native elements, with what every page would otherwise repeat. */
import type { ComponentChildren, JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { wordsOf } from '../api';
import { common } from '../words';
import { toast } from './toast';

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'onClick' | 'size'> & {
  /** A promise makes the button busy until it ends; what goes wrong is shown to the person. */
  onPress: (event: MouseEvent) => unknown;
  look?: 'primary' | 'danger' | 'plain';
  size?: 'small' | 'big';
};

export function Button({ onPress, look, size, class: extra, children, disabled, ...rest }: ButtonProps) {
  const busy = useSignal(false);
  const press = async (event: MouseEvent): Promise<void> => {
    if (busy.value) return;
    const result = onPress(event);
    if (!(result instanceof Promise)) return;
    busy.value = true;
    try {
      await result;
    } catch (error) {
      toast(wordsOf(error), { tone: 'bad' });
    } finally {
      busy.value = false;
    }
  };
  return (
    <button
      type="button"
      {...rest}
      class={[look, size, extra].filter(Boolean).join(' ')}
      disabled={disabled}
      aria-busy={busy.value || undefined}
      onClick={(event) => void press(event)}
    >
      {children}
    </button>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  wrong?: string;
  required?: boolean;
  class?: string;
  /** Gets what joins the control to its label, hint and error. */
  children: (joined: Joined) => ComponentChildren;
}

export interface Joined {
  id: string;
  required?: boolean;
  'aria-describedby'?: string;
  'aria-invalid'?: 'true';
}

/** `<Field label={t.name} wrong={problem?.field('name')}>{(joined) => <input {...joined} />}</Field>` */
export function Field({ label, hint, wrong, required, class: extra, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  const joined: Joined = { id };
  if (required) joined.required = true;
  if (described) joined['aria-describedby'] = described;
  if (wrong) joined['aria-invalid'] = 'true';
  return (
    <div class={`field ${extra ?? ''}`}>
      <label for={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children(joined)}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong && <span class="wrong" id={`${id}-wrong`} role="alert">{wrong}</span>}
    </div>
  );
}

interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons besides the one that closes. */
  actions?: ComponentChildren;
  /** Makes it a form: Enter submits. What goes wrong is shown inside. */
  onSubmit?: () => unknown;
  submit?: string;
  danger?: boolean;
}

/** A modal `<dialog>`: the browser keeps the focus inside and gives it back. Only for what cannot be undone, or a form. */
export function Dialog({ open, title, onClose, children, actions, onSubmit, submit, danger }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  const wrong = useSignal('');
  const busy = useSignal(false);
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    else if (!open && dialog.open) dialog.close();
    if (!open) wrong.value = '';
  }, [open]);
  const give = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    wrong.value = '';
    try {
      await onSubmit?.();
    } catch (error) {
      wrong.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };
  const inside = (
    <>
      <h2 id={id}>{title}</h2>
      {children}
      {wrong.value && <p class="wrong" role="alert">{wrong.value}</p>}
      <div class="actions">
        {actions}
        <button type="button" onClick={onClose}>{onSubmit ? common.cancel : common.close}</button>
        {onSubmit && (
          <button type="submit" class={danger ? 'danger' : 'primary'} aria-busy={busy.value || undefined}>
            {submit ?? common.send}
          </button>
        )}
      </div>
    </>
  );
  return (
    <dialog ref={element} aria-labelledby={id} onClose={() => open && onClose()}>
      {open && (onSubmit ? <form onSubmit={(event) => void give(event)}>{inside}</form> : <div class="body">{inside}</div>)}
    </dialog>
  );
}
