/** What the order says: where, what, whom to call, other maps, and the ways to end it without a transport. */
import { useSignal } from '@preact/signals';
import { PriorityChip } from '../shared/components';
import { named, shortTime } from '../shared/i18n';
import { whereabouts } from '../shared/whereabouts';
import { word } from '../shared/wording';
import { undo } from './acts';
import { amapLink, baiduLink } from './datum';
import { CannotGo, EndRun } from './end';
import { Reserved } from './idle';
import { isBeforeTransport, isBeforeWheels, undoOf } from './steps';
import { Times } from './times';
import { coded } from './coded';
import { t } from './texts';
import { incident, run, target } from './work';

export function JobTab() {
  const about = incident.value;
  const now = run.value;
  if (about === null || now === null) return <p />;
  const others = (about.assignments ?? []).filter((one) => one.id !== now.assignment.id && one.released_at === null);
  return (
    <>
      <p class="row"><PriorityChip priority={about.priority} /> <b>{about.code}</b> <span>{word(now.state)}</span></p>
      <p class="order-address">{whereabouts(about) || t.noAddress}</p>
      <p class="order-complaint">{about.complaint}</p>
      <dl class="facts">
        <dt>{t.sent}</dt><dd>{shortTime(now.assignment.sent_at)}</dd>
        {about.patients !== null && <><dt>{t.patientsTold}</dt><dd>{t.people(about.patients)}</dd></>}
        {about.area && <><dt>{t.area}</dt><dd>{about.area.name}</dd></>}
        {others.length > 0 && (
          <><dt>{t.alsoSent}</dt><dd>{others.map((one) => `${one.call_sign} ${word(one.state)}`).join(' · ')}</dd></>
        )}
      </dl>
      <Callers />
      <OtherMaps />
      <Times />
      <Ends />
      <Reserved />
    </>
  );
}

function Callers() {
  const numbers = [...new Set((incident.value?.calls ?? []).map((one) => one.callback).filter(Boolean))];
  return (
    <section class="column" aria-label={t.callers}>
      <h2>{t.callers}</h2>
      {numbers.length === 0 && <p class="quiet">{t.noCallers}</p>}
      {numbers.map((number) => <a key={number} class="button" href={`tel:${number.replace(/[^0-9+*#]/g, '')}`}>☎︎ {t.call(number)}</a>)}
    </section>
  );
}

/** The links are only built here; nothing leaves the page before somebody taps. */
export function OtherMaps() {
  const { place, facility } = target.value;
  const name = facility ? named(facility) : t.sceneName;
  return (
    <section class="column" aria-label={t.otherMaps}>
      <h2>{t.otherMaps}: {name}</h2>
      {place === null ? (
        <p class="quiet">{t.noPlace}</p>
      ) : (
        <div class="pair">
          <a class="button" href={amapLink(place, name)} target="_blank" rel="noopener noreferrer">{t.inAmap}</a>
          <a class="button" href={baiduLink(place, name)} target="_blank" rel="noopener noreferrer">{t.inBaidu}</a>
        </div>
      )}
      <p class="quiet">{t.mapsSay}</p>
    </section>
  );
}

function Ends() {
  const refusing = useSignal(false);
  const ending = useSignal(false);
  const now = run.value!;
  const back = undoOf(now.state, now.stamps);
  return (
    <section class="column">
      {back !== null && <button type="button" onClick={() => void undo()}>↶ {t.undo(coded('step', back.step))}</button>}
      {isBeforeWheels(now.state) && <button type="button" onClick={() => (refusing.value = true)}>{t.cannotGo}</button>}
      {isBeforeTransport(now.state) && <button type="button" onClick={() => (ending.value = true)}>{t.end}</button>}
      <CannotGo open={refusing.value} onClose={() => (refusing.value = false)} />
      <EndRun open={ending.value} onClose={() => (ending.value = false)} />
    </section>
  );
}
