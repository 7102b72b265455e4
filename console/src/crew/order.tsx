/** An order that cannot be missed: it fills the screen and sounds until somebody says that they have it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { muted, unmute } from '../shared/alarm';
import { DemoMark, Elapsed, PriorityChip } from '../shared/components';
import { me } from '../shared/session';
import { whereabouts } from '../shared/whereabouts';
import { common } from '../shared/words';
import { stamp } from './acts';
import { CannotGo } from './end';
import { stepRest } from './rest';
import { t } from './texts';
import { incident, run } from './work';

export function OrderScreen() {
  const refusing = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const now = run.value;
  const about = incident.value;
  useEffect(() => {
    stepRest.begin();
    button.current?.focus();
  }, []);
  const acknowledge = (): void => {
    if (stepRest.resting.peek()) return;
    stepRest.begin();
    void stamp('acknowledge');
  };
  if (now === null || about === null) return null;
  return (
    <main id="main" class="order-screen">
      <div class="order-body" role="alertdialog" aria-labelledby="order-title" aria-describedby="order-about">
      <div class="row">
        <h1 id="order-title" class="grow">⚠ {t.newOrder} · {now.assignment.call_sign}</h1>
        {me.value?.demo && <DemoMark />}
      </div>
      {muted.value && <button type="button" class="sound" onClick={unmute}>⚠ {common.mutedSays} {common.unmute}</button>}
      <div id="order-about" class="order-about" role="region" aria-label={t.order} tabIndex={0}>
        <p class="row"><PriorityChip priority={about.priority} /> <span>{about.code}</span> <Elapsed from={now.assignment.sent_at} targetS={60} /></p>
        <p class="order-address">{whereabouts(about) || t.noAddress}</p>
        <p class="order-complaint">{about.complaint}</p>
        {about.patients !== null && <p>{t.patientsTold}: {t.people(about.patients)}</p>}
        <p>{t.orderAsks}</p>
      </div>
      <div class="order-foot">
        <button type="button" onClick={() => (refusing.value = true)}>{t.cannotGo}</button>
        <button ref={button} type="button" class="next" data-next="acknowledge" aria-disabled={stepRest.resting.value} onClick={acknowledge}>
          {t.step_acknowledge}
        </button>
      </div>
      </div>
      <CannotGo open={refusing.value} onClose={() => (refusing.value = false)} />
    </main>
  );
}
