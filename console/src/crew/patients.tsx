/** Patients: found with one tap, named later, each with vital signs. */
import { useSignal } from '@preact/signals';
import { Field } from '../shared/components';
import { shortTime } from '../shared/i18n';
import { describe, openPatient } from './acts';
import { Choices } from './choices';
import { EndCase } from './end';
import { Sheet } from './sheet';
import type { Vitals } from './limits';
import { measured } from './measures';
import type { PatientCase } from './project';
import { coded } from './coded';
import { t } from './texts';
import { VitalsSheet } from './vitals';
import { patientRest } from './rest';
import { patients } from './work';

export function nameOf({ patient }: PatientCase): string {
  return patient.name || patient.label || t.unnamed;
}

export function PatientsTab() {
  const add = (): void => {
    if (patientRest.resting.peek()) return;
    patientRest.begin();
    void openPatient();
  };
  return (
    <>
      {patients.value.length === 0 && <p>{t.noPatients}</p>}
      {patients.value.map((one) => <Card key={one.id} of={one} />)}
      <button type="button" class="wide-button" aria-disabled={patientRest.resting.value} onClick={add}>＋ {t.addPatient}</button>
    </>
  );
}

function Card({ of }: { of: PatientCase }) {
  const sheet = useSignal<'describe' | 'vitals' | 'end' | null>(null);
  const close = (): void => {
    sheet.value = null;
  };
  const { patient } = of;
  const latest = of.vitals.toSorted((a, b) => Date.parse(a.measured_at) - Date.parse(b.measured_at)).at(-1);
  const who = [patient.name ? patient.label : t.unnamed, coded('sex', patient.sex ?? 'unknown'), patient.age_years != null && t.years(patient.age_years)];
  return (
    <article class="panel column" data-patient={of.id}>
      <h2>
        {nameOf(of)} {of.waiting && <span class="badge">{t.notSent}</span>}
        {of.end_code && <span class="badge">{t.endCase}: {coded('end', of.end_code)}</span>}
      </h2>
      <p>{who.filter(Boolean).join(' · ')}</p>
      {patient.complaint && <p>{patient.complaint}</p>}
      {latest === undefined ? <p class="quiet">{t.noVitals}</p> : <Latest of={latest} />}
      <div class="pair">
        <button type="button" class="primary" onClick={() => (sheet.value = 'vitals')}>{t.vitals}</button>
        <button type="button" onClick={() => (sheet.value = 'describe')}>{t.describe}</button>
      </div>
      {of.end_code === null && <button type="button" onClick={() => (sheet.value = 'end')}>{t.endCase}</button>}
      <VitalsSheet open={sheet.value === 'vitals'} onClose={close} of={of} />
      {sheet.value === 'describe' && <Describe of={of} onClose={close} />}
      <EndCase open={sheet.value === 'end'} onClose={close} case_id={of.id} />
    </article>
  );
}

function Latest({ of }: { of: Vitals }) {
  return (
    <p>
      <span class="quiet">{t.vitalsAt(shortTime(of.measured_at))}</span>
      <br />
      {measured(of).join(' · ')}
    </p>
  );
}

const SEXES = ['male', 'female', 'unknown'] as const;

function Describe({ of, onClose }: { of: PatientCase; onClose: () => void }) {
  const { patient } = of;
  const name = useSignal(patient.name ?? '');
  const age = useSignal(patient.age_years == null ? '' : String(patient.age_years));
  const sex = useSignal(patient.sex ?? 'unknown');
  const complaint = useSignal(patient.complaint ?? '');
  const give = async (): Promise<void> => {
    const years = age.value.trim() === '' ? null : Number(age.value);
    if (years !== null && !(years >= 0 && years <= 130)) throw new Error(`${t.age}: 0–130`);
    await describe(of.id, { ...patient, name: name.value.trim(), age_years: years, sex: sex.value, complaint: complaint.value.trim() });
    onClose();
  };
  return (
    <Sheet open title={`${t.describe} · ${nameOf(of)}`} onClose={onClose} onSubmit={give}>
      <Field label={t.name}>
        {(joined) => <input {...joined} maxLength={80} autocomplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
      </Field>
      <Field label={t.age}>
        {(joined) => <input {...joined} inputMode="decimal" autocomplete="off" value={age.value} onInput={(event) => (age.value = event.currentTarget.value)} />}
      </Field>
      <Choices label={t.sex} of={SEXES} chosen={sex.value === 'other' ? null : sex.value} says={(one) => coded('sex', one)} choose={(one) => (sex.value = one)} />
      <Field label={t.complaint}>
        {(joined) => <textarea {...joined} maxLength={400} value={complaint.value} onInput={(event) => (complaint.value = event.currentTarget.value)} />}
      </Field>
    </Sheet>
  );
}
