/** Runs of this station's units, each with the steps that it has reached and when. */
import { Button, Elapsed, PriorityChip, StatusGlyph } from '../shared/components';
import { clockTime, dayTime, named } from '../shared/i18n';
import { statusOfState } from '../shared/status';
import type { Assignment } from '../shared/store';
import { word } from '../shared/wording';
import { open } from './dialogs';
import { complaintOf, mayStillRefuse, placeOf, runs, unheard, type Run } from './state';
import { t } from './texts';

const STEPS = ['DSP', 'ACK', 'ENR', 'STG', 'ONS', 'PTC', 'LDD', 'TRN', 'ATH', 'HND'] as const;
const REACHED_BY: Record<string, string> = {
  acknowledge: 'ACK', depart: 'ENR', stage: 'STG', arrive: 'ONS', 'patient-contact': 'PTC', load: 'LDD', transport: 'TRN',
  'at-hospital': 'ATH', 'hand-over': 'HND',
};

function Steps({ assignment }: { assignment: Assignment }) {
  const times = new Map((assignment.stamps ?? []).map((stamp) => [REACHED_BY[stamp.event] ?? stamp.event, stamp.at]));
  if (assignment.state !== 'RSV') times.set('DSP', assignment.sent_at);
  const reached = STEPS.indexOf(assignment.state as (typeof STEPS)[number]);
  const shown = STEPS.filter((step) => step !== 'STG' || times.has('STG'));
  return (
    <ol class="steps">
      {shown.map((step) => {
        const at = times.get(step);
        const done = STEPS.indexOf(step) <= reached;
        return (
          <li key={step} data-step={step} data-done={done} aria-current={step === assignment.state ? 'step' : undefined}>
            <span>
              <span aria-hidden="true">{done ? '●' : '○'} </span>
              {word(step)}
            </span>
            {at !== undefined ? <time>{clockTime(at)}</time> : <span class="quiet">{done ? t.missing : t.notYet}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function RunCard({ run }: { run: Run }) {
  const { assignment, incident } = run;
  const status = statusOfState(assignment.state);
  return (
    <li class="panel column run" data-run={assignment.id}>
      <div class="row">
        <strong class="call-sign">{assignment.call_sign}</strong>
        <StatusGlyph status={status} text={word(assignment.state)} />
        <PriorityChip priority={incident.priority} />
        <span class="quiet">{incident.code}</span>
        <span class="grow" />
        {assignment.reserved_for !== null && assignment.state === 'RSV' ? (
          <span>{t.reserved(dayTime(assignment.reserved_for))}</span>
        ) : (
          <Elapsed from={assignment.sent_at} label={t.sentFor} />
        )}
      </div>
      <p>
        <strong>{placeOf(incident)}</strong> · {complaintOf(incident)}
        {incident.patients != null && ` · ${t.patients(incident.patients)}`}
        {assignment.destination && ` · ${t.to(named(assignment.destination))}`}
      </p>
      {assignment.state !== 'RSV' && <Steps assignment={assignment} />}
      <div class="row">
        <span class="quiet">{assignment.station_heard_at ? t.heardAt(clockTime(assignment.station_heard_at)) : t.notHeard}</span>
        <span class="grow" />
        {mayStillRefuse(assignment) && (
          <>
            <Button onPress={() => open({ form: 'crew', unit: assignment.unit_id })} aria-label={`${t.nameCrew} ${assignment.call_sign}`}>{t.nameCrew}</Button>
            <Button onPress={() => open({ form: 'refuse', run })} aria-label={`${t.cannotGo} ${assignment.call_sign}`}>{t.cannotGo}</Button>
          </>
        )}
      </div>
    </li>
  );
}

export function Runs() {
  const heard = runs.value.filter((run) => !unheard.value.includes(run));
  return (
    <section class="column" aria-labelledby="runs">
      <h2 id="runs">{t.runs}</h2>
      {heard.length === 0 && <p class="quiet">{t.noRuns}</p>}
      <ul class="column">{heard.map((run) => <RunCard key={run.assignment.id} run={run} />)}</ul>
    </section>
  );
}
