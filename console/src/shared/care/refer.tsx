/** A referral on one page: the patient, why, how soon, who is asked, how they come. Kept with each key. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { newKey, Problem, wordsOf } from '../api';
import { Button } from '../components';
import { clockTime } from '../i18n';
import { me } from '../session';
import { list } from '../store';
import { CandidatePicker, idsOf, type Candidate } from './candidates';
import { Draft } from './draft';
import { Area, Choice, Line, Num } from './fields';
import { waysFrom } from './levels';
import { PatientLine, VitalsLine, useCase } from './patient';
import { missingOf, sendReferral, VITALS, type Start } from './refer-send';
import type { Referral } from './referrals';
import { careText as t } from './texts/care';
import { codesOf, codeWord } from './texts/codes';

type Of = { draft: Draft; start: Start; missing: string | null };

function PatientPart({ draft, start, missing }: Of) {
  return (
    <fieldset class="care-part">
      <legend>{t.patient}</legend>
      {start.of === undefined ? (
        <>
          <div class="care-triple">
            <Line label={t.name} hint={t.nameHint} value={draft.field('name')} max={80} />
            <Num label={t.age} value={draft.field('age_years')} min={0} max={130} />
            <Choice label={t.sex} value={draft.field('sex', 'unknown')} list="sex" />
          </div>
          <Line label={t.complaint} required value={draft.field('complaint')} max={1000} wrong={missing === 'complaint' ? t.pleaseFill : undefined} />
        </>
      ) : (
        <KnownPatient of={start.of} />
      )}
      <details open={start.of === undefined}>
        <summary>{t.vitals}</summary>
        <div class="care-measure">
          {VITALS.map((one) => (
            <Num key={one.name} label={t[one.name]} value={draft.field(one.name)} min={one.min} max={one.max} step={'step' in one ? one.step : 1} />
          ))}
        </div>
      </details>
    </fieldset>
  );
}

function KnownPatient({ of }: { of: Referral }) {
  const found = useCase(of.case_id);
  return (
    <>
      <p><PatientLine patient={of.patient} /></p>
      {of.patient.complaint && <p class="care-complaint">{of.patient.complaint}</p>}
      <VitalsLine vitals={found?.vitals ?? []} />
    </>
  );
}

function ReasonPart({ draft, missing }: Of) {
  const down = draft.field('direction').value === 'down';
  return (
    <fieldset class="care-part">
      <legend>{t.medical}</legend>
      <Area label={down ? t.whyDown : t.why} required rows={2} value={draft.field('reason')} wrong={missing === 'reason' ? t.pleaseFill : undefined} />
      <div class="care-pair">
        <Line label={t.diagnosis} value={draft.field('diagnosis')} max={1000} />
        {!down && <Choice label={t.department} value={draft.field('department')} list="service" empty={t.anyDepartment} />}
      </div>
      {down && <Area label={t.plan} required rows={4} hint={t.planHint} value={draft.field('plan')} wrong={missing === 'plan' ? t.pleaseFill : undefined} />}
      <Area label={t.treatment} rows={2} value={draft.field('treatment')} />
    </fieldset>
  );
}

function UrgencyPart({ draft, missing }: Of) {
  const urgency = draft.field('urgency');
  const choose = (code: string): void => {
    urgency.value = code;
    // The most urgent are asked at once: nobody waits for one answer after the other.
    draft.field('parallel').value = code === 'stat' ? '1' : '';
  };
  const meaning: Record<string, string> = { stat: t.meansStat, emergency: t.meansEmergency, urgent: t.meansUrgent, routine: t.meansRoutine };
  return (
    <fieldset class="care-part care-urgency">
      <legend>{t.urgency}</legend>
      {codesOf('urgency').map((code) => (
        <label key={code} data-chosen={urgency.value === code}>
          <input type="radio" name="urgency" value={code} checked={urgency.value === code} onChange={() => choose(code)} />
          <span><b>{codeWord('urgency', code)}</b> <span class="quiet">{meaning[code]}</span></span>
        </label>
      ))}
      {missing === 'urgency' && <p class="wrong" role="alert">{t.pleaseChoose}</p>}
    </fieldset>
  );
}

function Tick({ draft, name, label }: { draft: Draft; name: string; label: string }) {
  const value = draft.field(name);
  return (
    <label class="check">
      <input type="checkbox" checked={value.value === '1'} onChange={(event) => (value.value = event.currentTarget.checked ? '1' : '')} />
      {label}
    </label>
  );
}

function TransportPart({ draft, start }: Of) {
  const abilities = draft.field('abilities');
  const chosen = idsOf(abilities.value);
  return (
    <fieldset class="care-part">
      <legend>{t.transport}</legend>
      <Tick draft={draft} name="by_ambulance" label={t.byAmbulance} />
      {draft.field('by_ambulance').value === '1' && (
        <div class="row" role="group" aria-label={t.ambulanceBrings}>
          <span class="quiet">{t.ambulanceBrings}</span>
          {codesOf('ability').map((code) => (
            <label key={code} class="check">
              <input
                type="checkbox"
                checked={chosen.includes(code)}
                onChange={() => (abilities.value = (chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]).join(','))}
              />
              {codeWord('ability', code)}
            </label>
          ))}
        </div>
      )}
      {start.of === undefined && <Line label={t.callback} hint={t.callbackHint} type="tel" inputmode="tel" max={40} value={draft.field('callback')} />}
    </fieldset>
  );
}

interface FormProps {
  start: Start;
  onDone: (referral: Referral) => void;
  onLeave: () => void;
}

export function ReferForm({ start, onDone, onLeave }: FormProps) {
  const draft = useMemo(() => {
    const made = new Draft(start.name);
    // Kept with the rest: the same form sent again after a reload is the same referral.
    made.field('command_id', newKey());
    return made;
  }, [start.name]);
  const missing = useSignal<string | null>(null);
  const failure = useSignal<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const known = useSignal<readonly Candidate[]>([]);
  const houses = list('organisations').value.value ?? [];
  const ways = waysFrom(houses.find((one) => one.id === me.value?.organisation.id), houses, start.directions);
  const direction = draft.field('direction', ways[0] ?? start.directions[0]!);
  // The list of organisations may come after the form, and a draft may be of another time.
  useEffect(() => {
    if (ways[0] !== undefined && !ways.includes(direction.value as 'up')) direction.value = ways[0];
  }, [ways.join()]);
  const urgency = draft.field('urgency', direction.value === 'down' ? 'routine' : '');
  const chosen = draft.field('candidates');
  const parallel = draft.field('parallel');
  draft.field('by_ambulance', direction.value === 'down' ? '' : '1');
  const hurried = ['stat', 'emergency'].includes(urgency.value);
  const skips = !hurried && idsOf(chosen.value).some((id) => known.value.find((one) => one.facility_id === id)?.allowed === false);
  const give = async (): Promise<void> => {
    failure.value = null;
    missing.value = missingOf(draft, start, skips);
    // Numbers out of their bounds are shown by the browser, at the field.
    if (missing.value !== null || form.current?.reportValidity() === false) return;
    try {
      onDone(await sendReferral(draft, start));
    } catch (error) {
      failure.value = error;
    }
  };
  const throwAway = (): void => {
    draft.drop();
    onLeave();
  };
  const part = { draft, start, missing: missing.value };
  const problem = failure.value;
  return (
    <form ref={form} class="care-form" onSubmit={(event) => event.preventDefault()}>
      <div class="row">
        <h2>{direction.value === 'down' ? t.referDown : t.newReferral}</h2>
        {ways.length > 1 && <Choice label={t.directionOf} value={direction} list="direction" codes={ways} class="care-inline" />}
        <span class="grow" />
        {draft.savedAt.value !== null && <span class="quiet" role="status">{t.draftKept(clockTime(draft.savedAt.value))}</span>}
      </div>
      <div class="care-columns">
        <div class="column">
          <PatientPart {...part} />
          <ReasonPart {...part} />
        </div>
        <div class="column">
          <UrgencyPart {...part} />
          <CandidatePicker
            label={t.candidates}
            wanted={{ direction: direction.value as 'up', urgency: (urgency.value || 'urgent') as 'urgent', department: draft.field('department').value, based_on: start.of?.id }}
            chosen={chosen}
            parallel={parallel.value === '1'}
            onKnown={(found) => (known.value = found)}
          />
          {missing.value === 'candidates' && <p class="wrong" role="alert">{t.pleaseCandidate}</p>}
          {idsOf(chosen.value).length > 1 && <Tick draft={draft} name="parallel" label={t.atOnce} />}
          {skips && (
            <Area label={t.skipReason} required rows={2} value={draft.field('skip_reason')} wrong={missing.value === 'skip_reason' ? t.pleaseFill : undefined} />
          )}
          <TransportPart {...part} />
        </div>
      </div>
      <div class="care-send row">
        {missing.value !== null && <p class="wrong" role="alert">{t.stillMissing(fieldWord(missing.value))}</p>}
        {problem !== null && <p class="wrong" role="alert">{problem instanceof Problem ? [problem.words, ...problem.document.errors.map((one) => problem.field(one.field))].filter(Boolean).join(' · ') : wordsOf(problem)}</p>}
        <Button look="primary" class="care-go" onPress={give}>{t.sendReferral}</Button>
        <Button onPress={onLeave}>{t.keepDraft}</Button>
        <Button look="plain" onPress={throwAway}>{t.discard}</Button>
      </div>
    </form>
  );
}

function fieldWord(name: string): string {
  const words: Record<string, string> = { complaint: t.complaint, reason: t.why, plan: t.plan, urgency: t.urgency, candidates: t.candidates, skip_reason: t.skipReason };
  return words[name] ?? name;
}
