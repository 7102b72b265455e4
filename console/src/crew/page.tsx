/** The crew page: an order nobody has acknowledged fills it; otherwise the run, with its next step at the bottom. */
import { useEffect } from 'preact/hooks';
import { Toasts } from '../shared/components';
import { titles } from '../shared/titles';
import { common } from '../shared/words';
import { begin, unheard } from './begin';
import { CalledOff, ChangeNotice } from './changes';
import { Frame } from './frame';
import { HospitalTab } from './hospital';
import { Idle } from './idle';
import { JobTab } from './job';
import { NextButton } from './next';
import { OrderScreen } from './order';
import { PatientsTab } from './patients';
import { TABS, tab } from './tabs';
import { coded } from './coded';
import { t } from './texts';
import { WayTab } from './route';
import { active, known, patients, ready, run } from './work';

const PARTS = { job: JobTab, way: WayTab, patients: PatientsTab, hospital: HospitalTab };

export function Crew() {
  useEffect(begin, []);
  useEffect(() => {
    document.title = `${titles.crew} · ${common.jiuhu}`;
    document.documentElement.dataset.density = 'fixed';
  });
  if (!ready.value) return <Frame><p class="panel quiet">{common.loading}</p></Frame>;
  if (unheard.value !== null) {
    return (
      <>
        <OrderScreen />
        <Toasts />
      </>
    );
  }
  return (
    <Frame foot={run.value === null ? undefined : <NextButton />}>
      <CalledOff />
      <ChangeNotice />
      {active.value === null ? <Idle /> : <RunView />}
    </Frame>
  );
}

function RunView() {
  const shown = tab.value;
  const Part = PARTS[shown];
  const counts: Partial<Record<string, string>> = {
    patients: patients.value.length > 0 ? String(patients.value.length) : '',
    hospital: known.value.notices.some((one) => one.state === 'strain-reported') ? '⚠' : '',
  };
  return (
    <>
      <nav class="tabs" aria-label={t.tabs}>
        {TABS.map((one) => (
          <button key={one} type="button" aria-current={shown === one ? 'page' : undefined} onClick={() => (tab.value = one)}>
            {coded('tab', one)}
            {counts[one] && <span class="badge">{counts[one]}</span>}
          </button>
        ))}
      </nav>
      <div class="part scroll" data-part={shown} role="region" aria-label={coded('tab', shown)} tabIndex={0}>
        <Part />
      </div>
    </>
  );
}
