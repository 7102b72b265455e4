/** Vital signs with a number pad for gloves: what cannot be right is said beside its field, at once. */
import { useSignal } from '@preact/signals';
import { sayOr } from '../shared/wording';
import { Field } from '../shared/components';
import { takeVitals } from './acts';
import { Choices } from './choices';
import { doubtsOf, vitalsOf, type Entered, type Measure } from './limits';
import { labelOf } from './measures';
import { trueTime } from './outbox';
import { nameOf } from './patients';
import type { PatientCase } from './project';
import { Sheet } from './sheet';
import { coded } from './coded';
import { t } from './texts';

/** In the order in which they are taken. */
const FIELDS: readonly Measure[] = [
  'heart_rate_per_min', 'spo2_percent', 'systolic_mmhg', 'diastolic_mmhg', 'respiratory_rate_per_min', 'temperature_c',
  'glucose_mmol_per_l', 'gcs_eye', 'gcs_verbal', 'gcs_motor', 'oxygen_l_per_min', 'pain',
];
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', '⌫'] as const;
const AVPU = ['A', 'V', 'P', 'U'] as const;

export function VitalsSheet({ open, onClose, of }: { open: boolean; onClose: () => void; of: PatientCase }) {
  const entered = useSignal<Entered>({});
  const field = useSignal<Measure>('heart_rate_per_min');
  const looked = useSignal(false);
  const doubts = doubtsOf(entered.value);
  const doubtful = doubts.some((one) => !one.refused);
  const enter = (change: Entered): void => {
    entered.value = { ...entered.value, ...change };
    looked.value = false;
  };
  const leave = (): void => {
    entered.value = {};
    field.value = 'heart_rate_per_min';
    looked.value = false;
    onClose();
  };
  const give = async (): Promise<void> => {
    const vitals = vitalsOf(entered.value, trueTime());
    if (vitals === null) throw new Error(t.vitalsEmpty);
    const refused = doubts.find((one) => one.refused);
    if (refused !== undefined) throw new Error(sayOr(refused.reason));
    if (doubtful && !looked.value) {
      looked.value = true;
      throw new Error(t.lookAgain);
    }
    await takeVitals(of.id, vitals);
    leave();
  };
  const press = (key: (typeof KEYS)[number]): void => {
    const now = entered.value[field.value] ?? '';
    enter({ [field.value]: key === '⌫' ? now.slice(0, -1) : `${now}${key}`.slice(0, 6) });
  };
  const step = (): void => {
    field.value = FIELDS[(FIELDS.indexOf(field.value) + 1) % FIELDS.length]!;
    document.getElementById(`vital-${field.value}`)?.focus();
  };
  const says = (name: Measure | 'avpu'): string | undefined => {
    const found = doubts.find((one) => one.field === name);
    return found && sayOr(found.reason);
  };
  return (
    <Sheet
      open={open}
      title={`${t.vitals} · ${nameOf(of)}`}
      onClose={leave}
      onSubmit={give}
      submit={looked.value && doubtful ? t.saveAnyway : t.saveVitals}
      fixed={
        <div class="keypad" role="group" aria-label={t.keypad}>
          {KEYS.map((key) => (
            <button key={key} type="button" aria-label={key === '⌫' ? t.erase : undefined} onClick={() => press(key)}>{key}</button>
          ))}
          <button type="button" class="next-field" onClick={step}>{t.nextField}</button>
        </div>
      }
    >
      <div class="vitals">
        {FIELDS.map((name) => (
          <Field key={name} label={labelOf(name)} wrong={says(name)} class={field.value === name ? 'chosen' : ''}>
            {(joined) => (
              <input
                {...joined}
                id={`vital-${name}`}
                aria-label={labelOf(name)}
                inputMode="none"
                autocomplete="off"
                enterKeyHint="next"
                value={entered.value[name] ?? ''}
                onFocus={() => (field.value = name)}
                onInput={(event) => enter({ [name]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <Choices label={t.avpu} of={AVPU} chosen={entered.value.avpu} says={(one) => coded('avpu', one)} choose={(one) => enter({ avpu: one })} />
      {says('avpu') && <p class="wrong" role="alert">{says('avpu')}</p>}
    </Sheet>
  );
}
