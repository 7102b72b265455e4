/** Ends without transport, each with its reason. */
import { useSignal } from '@preact/signals';
import { Field } from '../shared/components';
import { common } from '../shared/words';
import { endCase, endRun, stamp } from './acts';
import { Choices } from './choices';
import { Sheet } from './sheet';
import { CANNOT_GO, CASE_END, CREW_ENDS, type CrewEnd } from './steps';
import { coded } from './coded';
import { t } from './texts';
import { patients } from './work';

interface Opened {
  open: boolean;
  onClose: () => void;
}

export function CannotGo({ open, onClose }: Opened) {
  const reason = useSignal('');
  const give = async (): Promise<void> => {
    if (reason.value.trim() === '') throw new Error(`${t.cannotGoWhy}: ${common.required}`);
    await stamp(CANNOT_GO, reason.value.trim());
    onClose();
  };
  return (
    <Sheet open={open} title={t.cannotGo} onClose={onClose} onSubmit={give} submit={t.cannotGo} danger>
      <Field label={t.cannotGoWhy} required>
        {(joined) => <textarea {...joined} maxLength={400} value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />}
      </Field>
    </Sheet>
  );
}

export function EndRun({ open, onClose }: Opened) {
  const code = useSignal<CrewEnd | null>(null);
  const remarks = useSignal('');
  const give = async (): Promise<void> => {
    if (code.value === null) throw new Error(t.endSays);
    await endRun(code.value, remarks.value.trim());
    onClose();
  };
  const ends = code.value !== null && CASE_END[code.value] !== undefined ? patients.value.filter((one) => one.end_code === null).length : 0;
  return (
    <Sheet open={open} title={t.endTitle} onClose={onClose} onSubmit={give} submit={t.end} danger>
      <p>{t.endSays}</p>
      <Choices label={t.endTitle} of={CREW_ENDS} chosen={code.value} says={(one) => coded('step', one)} choose={(one) => (code.value = one)} />
      {ends > 0 && <p>{t.endCases(ends)}</p>}
      <Remarks of={remarks} />
    </Sheet>
  );
}

const CASE_ENDS = ['declined', 'gone', 'dead-on-scene', 'no-care-needed', 'other'] as const;

export function EndCase({ open, onClose, case_id }: Opened & { case_id: string }) {
  const code = useSignal<(typeof CASE_ENDS)[number] | null>(null);
  const remarks = useSignal('');
  const give = async (): Promise<void> => {
    if (code.value === null) throw new Error(t.endSays);
    await endCase(case_id, code.value, remarks.value.trim());
    onClose();
  };
  return (
    <Sheet open={open} title={t.endCaseTitle} onClose={onClose} onSubmit={give} submit={t.endCase} danger>
      <Choices label={t.endCaseTitle} of={CASE_ENDS} chosen={code.value} says={(one) => coded('end', one)} choose={(one) => (code.value = one)} />
      <Remarks of={remarks} />
    </Sheet>
  );
}

function Remarks({ of }: { of: { value: string } }) {
  return (
    <Field label={t.remarks}>
      {(joined) => <textarea {...joined} maxLength={1000} value={of.value} onInput={(event) => (of.value = event.currentTarget.value)} />}
    </Field>
  );
}
