/** The chosen incident: what it is, who looks at it, what to ask, whom to send, who is on it, what happened. */
import { useEffect, useRef } from 'preact/hooks';
import { connected } from '../shared/live';
import { send, wordsOf } from '../shared/api';
import { Button, Countdown, Elapsed, KeyHint, PriorityChip, toast } from '../shared/components';
import { clockTime, distance, shortTime } from '../shared/i18n';
import { nameOf } from '../shared/people';
import { incidents, type Incident } from '../shared/store';
import { selection } from '../shared/selection';
import { word } from '../shared/wording';
import { common } from '../shared/words';
import { codeWord } from './codes';
import { fresh } from './conflict';
import { Patients } from './patients';
import { lookingAt, others } from './presence';
import { Questions } from './questions';
import { RankingView } from './rankingview';
import { Runs } from './runs';
import { sendCandidate } from './sending';
import { targetOf } from './targets';
import { t } from './texts';
import { TimelineOf } from './timeline';
import { Twins } from './twins';
import { ask, chosen, isTransfer, running } from './work';

export function IncidentPane() {
  const incident = chosen.value;
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    // After a call was taken the keys belong to its incident; never away from where somebody types.
    if (document.activeElement === document.body || document.activeElement?.closest('.work') != null) pane.current?.focus();
  }, [incident?.id]);
  if (incident === undefined) {
    return <p class="quiet empty">{selection.value.incident === null ? t.chooseIncident : incidents.complete.value ? t.notOpen : common.loading}</p>;
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing || event.target !== event.currentTarget || event.ctrlKey) return;
    event.preventDefault();
    void sendCandidate(0).catch((error: unknown) => toast(wordsOf(error), { tone: 'bad' }));
  };
  const open = incident.state === 'open' || incident.state === 'held';
  return (
    <section class="incident" ref={pane} tabIndex={-1} aria-label={t.incidentNamed(incident.code)} onKeyDown={press} data-incident={incident.code}>
      <Head incident={incident} />
      <Twins incident={incident} />
      {open && <Questions incident={incident} />}
      {running(incident).length > 0 && <Runs incident={incident} />}
      <Patients incident={incident} />
      {open &&
        (running(incident).length === 0 ? (
          <RankingView incident={incident} />
        ) : (
          <details>
            <summary>{t.sendMore}</summary>
            <RankingView incident={incident} />
          </details>
        ))}
      <TimelineOf incident={incident} />
    </section>
  );
}

function Head({ incident }: { incident: Incident }) {
  const { estimate, area, hold } = incident;
  const open = incident.state === 'open' || incident.state === 'held';
  return (
    <header class="column incident-head">
      <div class="row">
        <PriorityChip priority={incident.priority} />
        <h2>{incident.code}</h2>
        {isTransfer(incident) && <span class="badge">⇄ {t.transfer}</span>}
        {!incident.priority_known && <span class="badge warn">? {t.priorityUnknown}</span>}
        {incident.priority_by_hand && <span class="badge">{t.byHand}</span>}
        {incident.advised_priority !== null && <span class="badge warn">▲ {t.advised(incident.advised_priority)}</span>}
        {incident.state !== 'open' && <span class="badge">{t[`state-${incident.state as 'held'}`]}</span>}
        <span class="grow" />
        {open && <Elapsed from={incident.opened_at} {...(incident.first_sent_at === null && { targetS: targetOf('answer-to-dispatch') })} label={t.sinceCall} />}
      </div>
      <p class="address">
        {incident.address || (estimate?.best ? '' : t.placeUnknown)}
        {estimate?.best && (
          <span class="quiet">
            {' '}
            {estimate.modes[0]?.label && estimate.modes[0].label !== incident.address ? `${estimate.modes[0].label} · ` : ''}
            {estimate.radius95_m !== null && t.within(distance(estimate.radius95_m))}
            {estimate.modes.length > 1 && ` · ${t.candidates(estimate.modes.length)}`}
            {estimate.confirmed && ` · ✓ ${t.confirmed}`}
            {!estimate.inside && ` · ⚠ ${t.outsideRegion}`}
          </span>
        )}
      </p>
      {estimate !== null && estimate.conflicts.length > 0 && <p class="late">⚠ {t.evidenceConflict(distance(estimate.conflicts[0]!.distance_m))}</p>}
      <p>
        {incident.complaint}
        <span class="quiet">
          {incident.patients !== null && <> · {t.patientCount(incident.patients)}</>}
          {area && <> · {area.name}{area.gap ? ` (${t.areaGap})` : area.tie ? ` (${t.areaTie})` : ''}</>}
          {(incident.calls ?? []).map((call) => (
            <span key={call.id}> · {word(call.source)} {call.callback} <time>{shortTime(call.taken_at)}</time></span>
          ))}
        </span>
      </p>
      {incident.capabilities.length > 0 && <p class="quiet">{t.needs}: {incident.capabilities.map(word).join(t.and)}</p>}
      {hold && (
        <p class="notice-box">
          ‖ {t.heldBecause(hold.reason, nameOf(hold.owner_id) ?? t.aColleague)} <Countdown to={hold.remind_at} label={`${t.remindAt} ${clockTime(hold.remind_at)}`} />
        </p>
      )}
      {incident.close_code && <p class="notice-box">{t.closedAs(codeWord(incident.close_code))}</p>}
      <WhoElse incident={incident} />
      {!connected.value && <p class="late">⚠ {t.mayBeOld}</p>}
      {open && (
        <div class="row no-print">
          <Button size="small" onPress={() => ask({ what: 'place' })}>{t.correctPlace} <KeyHint keys="E" /></Button>
          <Button size="small" onPress={() => ask({ what: 'priority' })}>{t.setPriority} <KeyHint keys="P" /></Button>
          {incident.state === 'held' && <Button size="small" onPress={() => resume(incident)}>{t.resume} <KeyHint keys="R" /></Button>}
          <Button size="small" onPress={() => ask({ what: 'hold' })}>{t.hold} <KeyHint keys="H" /></Button>
          <Button size="small" onPress={() => ask({ what: 'close' })}>{t.close} <KeyHint keys="C" /></Button>
        </div>
      )}
    </header>
  );
}

export async function resume(incident: Incident): Promise<void> {
  const body = { version: incident.state_version };
  incidents.put(await fresh(send('/api/v1/incidents/{incident_id}/resume', { path: { incident_id: incident.id }, body })));
}

function WhoElse({ incident }: { incident: Incident }) {
  const here = lookingAt(incident.id);
  if (here.length === 0 || others.value.length === 0) return null;
  return (
    <p class="presence" role="status">
      {here.map((one) => (
        <span key={one.actor_id} class="badge">
          ◉ {one.name}{one.seat ? ` (${one.seat})` : ''} {one.editing ? t.isEditing(t[`editing-${one.editing as 'place'}`] ?? one.editing) : t.isLooking}
        </span>
      ))}
    </p>
  );
}
