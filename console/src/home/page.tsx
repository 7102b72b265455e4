/** What the way in shows. */
import { useEffect } from 'preact/hooks';
import { DemoMark, Field, LanguageThemeSwitch, SignInForm, Toasts } from '../shared/components';
import { placed } from '../shared/i18n';
import { atSeat, seat as ownSeat } from '../shared/seat';
import { me } from '../shared/session';
import { common } from '../shared/words';
import { addressOf, first, MOST, others, pageOf, seats, unreached, wanted, type Seat } from './seats';
import { pageSays, pageTitle, t } from './texts';

const organisation = (seat: Seat) => ({ name_zh: seat.organisation_zh, name_en: seat.organisation_en });

function Card({ seat }: { seat: Seat }) {
  if (seat.page === '') return null;
  return (
    <li>
      <a class="seat-card" href={addressOf(seat)} target="_blank" rel="opener">
        <strong>{pageTitle(seat.page)}</strong>
        <span>{pageSays(seat.page)}</span>
        <span class="quiet">
          {placed(seat.name, organisation(seat))}
        </span>
      </a>
    </li>
  );
}

function Others() {
  const shown = others.value.slice(0, MOST);
  return (
    <section class="panel column" aria-labelledby="others">
      <h2 id="others">{t.otherSeats}</h2>
      <Field label={t.search}>
        {(joined) => (
          <input {...joined} type="search" value={wanted.value} onInput={(event) => (wanted.value = event.currentTarget.value)} />
        )}
      </Field>
      <p class="quiet" role="status">
        {t.found(shown.length, others.value.length)}
        {others.value.length > MOST && ` · ${t.more}`}
      </p>
      <ul class="seat-list">
        {shown.map((seat) => (
          <li key={seat.login}>
            <span class="grow">
              {placed(seat.name, organisation(seat))} <span class="quiet">· {seat.login}</span>
            </span>
            {seat.page === '' ? (
              <span class="quiet">{t.noPage}</span>
            ) : (
              <a class="button" href={addressOf(seat)} target="_blank" rel="opener" aria-label={`${t.take}: ${seat.name} · ${pageTitle(seat.page)}`}>
                {pageTitle(seat.page)}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Real() {
  const who = me.value;
  if (who === undefined) return <p class="quiet">{common.loading}</p>;
  const page = who && pageOf(who.role);
  if (who === null) return <SignInForm />;
  return (
    <section class="panel column">
      <h2>{t.signedIn(who.name)}</h2>
      {page === undefined || page === null ? (
        <p>{common.notYours}</p>
      ) : (
        <a class="button primary big" href={atSeat(`/${page}`, ownSeat)}>{pageTitle(page)}</a>
      )}
    </section>
  );
}

export function Home() {
  const known = seats.value;
  useEffect(() => {
    document.title = t.title;
  });
  return (
    <>
      <header class="shell-header">
        <span class="mark">{t.title}</span>
        {known && <DemoMark />}
        <span class="grow" />
        <a href="/docs">{t.docs}</a>
        <LanguageThemeSwitch />
      </header>
      <main class="home">
        <h1>{t.subtitle}</h1>
        {unreached.value && <p class="banner alert" role="alert">{t.unreached}</p>}
        {known === undefined && <p class="quiet">{common.loading}</p>}
        {known === null && <Real />}
        {known && (
          <>
            <p>{common.demoSays}</p>
            <section class="column" aria-labelledby="choose">
              <h2 id="choose">{t.chooseSeat}</h2>
              <p class="quiet">{t.chooseSays}</p>
              <ul class="seat-cards">{first.value.map((seat) => <Card key={seat.login} seat={seat} />)}</ul>
            </section>
            <Others />
          </>
        )}
      </main>
      <Toasts />
    </>
  );
}
