/** Login and password, for an installation that is no demo. */
import { useSignal } from '@preact/signals';
import { Problem, send, Unreached } from '../api';
import { lineState, retryNow } from '../live';
import { seat } from '../seat';
import { me } from '../session';
import { common } from '../words';
import { Field } from './basics';

export function SignInForm({ done }: { done?: () => void }) {
  const login = useSignal('');
  const password = useSignal('');
  const failure = useSignal<unknown>(null);
  const busy = useSignal(false);
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    failure.value = null;
    try {
      const body = { login: login.value, password: password.value, ...(seat !== null && { seat }) };
      me.value = await send('/api/v1/session', { body });
      if (lineState.peek() === 'signed-out') retryNow();
      done?.();
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  };
  const found = failure.value;
  return (
    <form class="panel column sign-in" onSubmit={(event) => void signIn(event)}>
      <h2>{common.signIn}</h2>
      <Field label={common.login} required>
        {(joined) => (
          <input
            {...joined}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={login.value}
            onInput={(event) => (login.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={common.password} required>
        {(joined) => (
          <input
            {...joined}
            type="password"
            autocomplete="current-password"
            value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        )}
      </Field>
      {found !== null && (
        <p class="wrong" role="alert">
          {found instanceof Problem ? found.words : found instanceof Unreached ? common.unreached : common.unexpected}
        </p>
      )}
      <button type="submit" class="primary" aria-busy={busy.value || undefined}>{common.signIn}</button>
    </form>
  );
}
