/** Which part of the run is shown. */
import { signal } from '@preact/signals';

export const TABS = ['job', 'way', 'patients', 'hospital'] as const;
export type Tab = (typeof TABS)[number];
export const tab = signal<Tab>('job');
