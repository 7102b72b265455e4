/** The one button: tap for the next step, hold for a second to take the newest back. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { nextStep, undoOf } from './steps';
import { stamp, undo } from './acts';
import { coded } from './coded';
import { stepRest } from './rest';
import { t } from './texts';
import { run } from './work';

const HOLD_MS = 1_000;

export function NextButton() {
  const holding = useSignal(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const held = useRef(false);
  const now = run.value;
  if (now === null) return null;
  const next = nextStep(now.state);
  const back = undoOf(now.state, now.stamps);
  const begin = (): void => {
    if (back === null || stepRest.resting.value) return;
    held.current = false;
    holding.value = true;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      held.current = true;
      holding.value = false;
      stepRest.begin();
      void undo();
    }, HOLD_MS);
  };
  const end = (): void => {
    clearTimeout(timer.current);
    holding.value = false;
  };
  const press = (): void => {
    end();
    if (held.current || stepRest.resting.value || next === null) {
      held.current = false;
      return;
    }
    stepRest.begin();
    void stamp(next);
  };
  return (
    <>
      <button
        type="button"
        class="next primary"
        data-next={next ?? ''}
        data-holding={holding.value}
        aria-disabled={stepRest.resting.value || next === null}
        aria-describedby={back === null ? undefined : 'hold-says'}
        onPointerDown={begin}
        onPointerUp={end}
        onPointerCancel={end}
        onPointerLeave={end}
        onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && event.repeat && event.preventDefault()}
        onContextMenu={(event) => event.preventDefault()}
        onClick={press}
      >
        {next === null ? t.done : coded('step', next)}
      </button>
      {back !== null && <p id="hold-says" class="hold-says">{t.holdSays(coded('step', back.step))}</p>}
    </>
  );
}
