/** A form or a list over the whole screen: a modal `<dialog>` with its ways out where the thumb is. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { wordsOf } from '../shared/api';
import { common } from '../shared/words';

interface SheetProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Makes it a form; what it throws is shown, and nothing typed is lost. */
  onSubmit?: () => unknown;
  submit?: string;
  danger?: boolean;
  /** Between the content and the buttons, always in sight. */
  fixed?: ComponentChildren;
}

export function Sheet(props: SheetProps) {
  const { open, title, onClose } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    else if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={element} class="sheet" aria-labelledby={id} onClose={() => open && onClose()}>
      {open && <Inside {...props} id={id} title={title} />}
    </dialog>
  );
}

function Inside({ id, title, children, onClose, onSubmit, submit, danger, fixed }: SheetProps & { id: string }) {
  const wrong = useSignal('');
  const busy = useSignal(false);
  const give = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value || onSubmit === undefined) return;
    busy.value = true;
    try {
      wrong.value = '';
      await onSubmit();
    } catch (error) {
      wrong.value = error instanceof Error && error.name === 'Error' ? error.message : wordsOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="sheet-body" onSubmit={(event) => void give(event)} noValidate>
      <h2 id={id}>{title}</h2>
      <div class="sheet-content scroll" tabIndex={0} role="region" aria-labelledby={id}>{children}</div>
      {wrong.value && <p class="wrong" role="alert">{wrong.value}</p>}
      {fixed}
      <div class="sheet-actions">
        <button type="button" onClick={onClose}>{onSubmit ? common.cancel : common.close}</button>
        {onSubmit && (
          <button type="submit" class={danger ? 'danger' : 'primary'} aria-busy={busy.value || undefined}>
            {submit ?? common.save}
          </button>
        )}
      </div>
    </form>
  );
}
