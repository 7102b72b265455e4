/** The forms of this page: one is open at a time, about one unit or one order. */
import { signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { newKey, send } from '../shared/api';
import { serverNow } from '../shared/clock';
import { Dialog, Field, toast } from '../shared/components';
import { units, type Unit } from '../shared/store';
import { CrewForm } from './crewform';
import { refuse, type Run } from './state';
import { coded, t, WHY_NOT, WHY_PAUSE } from './texts';

type Open =
  | { form: 'refuse'; run: Run }
  | { form: 'crew' | 'duty' | 'pause'; unit: string };

const opened = signal<Open | null>(null);
export const open = (what: Open): void => void (opened.value = what);
export const close = (): void => void (opened.value = null);

export function Dialogs() {
  const what = opened.value;
  if (what === null) return null;
  if (what.form === 'refuse') return <Refuse key={what.run.assignment.id} run={what.run} />;
  const unit = units.get(what.unit);
  if (unit === undefined) return null;
  const Form = { crew: CrewForm, duty: Duty, pause: Pause }[what.form];
  return <Form key={`${what.form} ${unit.id}`} unit={unit} close={close} />;
}

/** What was chosen of the usual reasons, and what was written besides. */
function useReason(usual: readonly (keyof typeof t & string)[]) {
  const which = useSignal(usual[0]!);
  const more = useSignal('');
  return {
    which,
    more,
    text: (): string => {
      const said = which.value === 'why-other' ? '' : (t[which.value] as string);
      return [said, more.value.trim()].filter(Boolean).join(t.colon) || (t[which.value] as string);
    },
    fields: (
      <>
        <Field label={t.reason} required>
          {(joined) => (
            <select {...joined} value={which.value} onInput={(event) => (which.value = event.currentTarget.value as typeof which.value)}>
              {usual.map((one) => <option key={one} value={one}>{t[one] as string}</option>)}
            </select>
          )}
        </Field>
        <Field label={t.reasonMore}>
          {(joined) => (
            <input {...joined} maxLength={150} autocomplete="off" value={more.value} onInput={(event) => (more.value = event.currentTarget.value)} />
          )}
        </Field>
      </>
    ),
  };
}

function Refuse({ run }: { run: Run }) {
  const { call_sign } = run.assignment;
  const reason = useReason(WHY_NOT);
  const key = useMemo(newKey, []);
  return (
    <Dialog
      open
      danger
      title={t.whyNot(call_sign)}
      onClose={close}
      submit={t.cannotGo}
      onSubmit={async () => {
        await refuse(run, reason.text(), key);
        close();
      }}
    >
      <p>{t.cannotGoSays}</p>
      {reason.fields}
    </Dialog>
  );
}

interface FormProps {
  unit: Unit;
  close: () => void;
}

/** As `<input type="datetime-local">` writes it, to an instant. */
const instant = (local: string): string | null => (local === '' ? null : new Date(local).toISOString());

function Duty({ unit }: FormProps) {
  const version = useMemo(() => unit.version, []);
  const duty = useSignal(unit.duty as 'on' | 'off' | 'repair' | 'unusable');
  const reason = useSignal('');
  const until = useSignal('');
  const on = duty.value === 'on';
  return (
    <Dialog
      open
      title={t.dutyOf(unit.call_sign)}
      onClose={close}
      onSubmit={async () => {
        const body = { duty: duty.value, version, ...(!on && { reason: reason.value.trim(), until: instant(until.value) }) };
        units.put(await send('/api/v1/units/{unit_id}/duty', { path: { unit_id: unit.id }, body }));
        close();
      }}
    >
      <fieldset class="choices">
        <legend>{t.duty}</legend>
        {(['on', 'off', 'repair', 'unusable'] as const).map((one) => (
          <label class="check" key={one}>
            <input type="radio" name="duty" checked={duty.value === one} onChange={() => (duty.value = one)} />
            {coded('duty', one)}
          </label>
        ))}
      </fieldset>
      {!on && (
        <>
          <Field label={t.reason}>
            {(joined) => (
              <input {...joined} maxLength={200} autocomplete="off" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
            )}
          </Field>
          <Field label={t.until} hint={t.untilHint}>
            {(joined) => (
              <input {...joined} type="datetime-local" value={until.value} onInput={(event) => (until.value = event.currentTarget.value)} />
            )}
          </Field>
        </>
      )}
    </Dialog>
  );
}

const LENGTHS = [15, 30, 60, 0] as const;

function Pause({ unit }: FormProps) {
  const version = useMemo(() => unit.version, []);
  const reason = useReason(WHY_PAUSE);
  const minutes = useSignal<number>(30);
  return (
    <Dialog
      open
      title={t.pauseOf(unit.call_sign)}
      onClose={close}
      submit={t.pause}
      onSubmit={async () => {
        const until = minutes.value === 0 ? null : new Date(serverNow() + minutes.value * 60_000).toISOString();
        const body = { reason: reason.text(), until, version };
        units.put(await send('/api/v1/units/{unit_id}/pause', { path: { unit_id: unit.id }, body }));
        close();
      }}
    >
      {reason.fields}
      <fieldset class="choices">
        <legend>{t.until}</legend>
        {LENGTHS.map((one) => (
          <label class="check" key={one}>
            <input type="radio" name="minutes" checked={minutes.value === one} onChange={() => (minutes.value = one)} />
            {one === 0 ? t.openEnd : t.minutes(one)}
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}

export async function resume(unit: Unit): Promise<void> {
  units.put(await send('/api/v1/units/{unit_id}/resume', { path: { unit_id: unit.id } }));
  toast(`${unit.call_sign} · ${t.resume}`);
}
