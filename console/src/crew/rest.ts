/** A second touch of a shaking hand is no second step, nor an answer to what has just come under the finger. */
import { signal, type ReadonlySignal } from '@preact/signals';

const REST_MS = 800;

/** Buttons that rest together take no touch for a moment after one was touched. */
export interface Rest {
  readonly resting: ReadonlySignal<boolean>;
  begin(): void;
}

function makeRest(): Rest {
  const resting = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    resting,
    begin: () => {
      resting.value = true;
      clearTimeout(timer);
      timer = setTimeout(() => (resting.value = false), REST_MS);
    },
  };
}

/** Of every button that reports a step. */
export const stepRest = makeRest();
/** Of the one that adds a patient. */
export const patientRest = makeRest();
