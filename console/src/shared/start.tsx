/**
 * How a page begins: `startPage(async () => (await import('./page')).Page)`. It finds out who sits here, follows the
 * service, and shows a sign-in form where nobody does. The page's own code comes after the first picture, while the
 * service is asked who is there, and is drawn only for somebody who is signed in.
 */
import { effect, signal } from '@preact/signals';
import { render, type ComponentChildren, type FunctionComponent } from 'preact';
import { startAlarms } from './alarm';
import { send, wordsOf } from './api';
import { startClock } from './clock';
import { Shell, SignInForm, toast } from './components';
import { follow } from './live';
import { mark, startMeasuring } from './perf';
import { shareSelection } from './selection';
import { askWho, may, me, rememberWho, type Permission } from './session';
import { common } from './words';
import './style.css';

interface Options {
  /** The name of the page for those who have not signed in yet. */
  title: () => string;
  /** Without this permission the page says that it is somebody else's. */
  needs?: Permission;
  /** The page works without a network, also after a reload. */
  offline?: boolean;
}

/** Draw something into the page, without asking who is there. */
export function draw(content: ComponentChildren): void {
  render(content, document.getElementById('page')!);
  requestAnimationFrame(() => mark('page'));
}

export function startPage(load: () => Promise<FunctionComponent>, { title, needs, offline = false }: Options): void {
  startMeasuring();
  const content = signal<{ page: FunctionComponent } | 'missing' | null>(null);
  load().then((page) => (content.value = { page }), () => (content.value = 'missing'));
  let begun = false;
  effect(() => {
    if (!me.value || begun) return;
    begun = true;
    startClock();
    follow();
    startAlarms();
    shareSelection();
  });
  function Page() {
    const who = me.value;
    if (who === undefined) return <Shell title={title()}><p class="panel quiet">{common.loading}</p></Shell>;
    if (who === null) {
      return <Shell title={title()}><div class="column centre"><SignInForm /></div></Shell>;
    }
    if (needs !== undefined && !may(needs)) {
      return <Shell title={title()}><p class="panel" role="alert">{common.notYours}</p></Shell>;
    }
    const { value } = content;
    if (value === 'missing') return <Shell title={title()}><p class="panel" role="alert">{common.unexpected}</p></Shell>;
    if (value === null) return <Shell title={title()}><p class="panel quiet">{common.loading}</p></Shell>;
    return <value.page />;
  }
  draw(<Page />);
  if (offline) rememberWho();
  void askWho(offline).then(takeDemoSeat);
}

/** The seat chooser of a demo opens a page with `take=LOGIN`: nobody sits there yet, so this window does. */
async function takeDemoSeat(): Promise<void> {
  const address = new URL(location.href);
  const login = address.searchParams.get('take');
  if (login === null) return;
  address.searchParams.delete('take');
  history.replaceState(null, '', address);
  if (me.peek() !== null) return;
  try {
    me.value = await send('/api/v1/demo/seats/{login}', { path: { login }, body: {} });
  } catch (error) {
    toast(wordsOf(error), { tone: 'bad' });
  }
}
