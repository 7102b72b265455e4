/** The four figures of a shift: share within the target, median, 90th percentile, and what was left out and why. */
import { language, named } from '../shared/i18n';
import { mmss } from '../shared/clock';
import { common } from '../shared/words';
import { report, type Metric } from './data';
import { t } from './texts';

export const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`);
export const length = (seconds: number | null): string => (seconds === null ? '–' : mmss(Math.round(seconds)));
const definition = (metric: Metric): string => (language.value === 'en' ? metric.definition_en : metric.definition_zh);

function Figure({ metric }: { metric: Metric }) {
  return (
    <article class="panel figure" data-metric={metric.code} aria-label={named(metric)}>
      <h3>{named(metric)}</h3>
      {metric.n === 0 ? (
        <p class="figure-main quiet">{t.nothingCounted}</p>
      ) : (
        <p class="figure-main">
          <strong class="number">{percent(metric.within_target)}</strong> <span class="quiet">{t.within(length(metric.target_s))}</span>
        </p>
      )}
      <dl class="figure-facts">
        <div><dt>{t.median}</dt><dd class="number">{length(metric.median_s)}</dd></div>
        <div><dt>{t.p90}</dt><dd class="number">{length(metric.p90_s)}</dd></div>
        <div><dt>{t.target}</dt><dd class="number">{length(metric.target_s)}</dd></div>
        <div><dt>{t.counted}</dt><dd class="number" data-n>{metric.n}</dd></div>
      </dl>
      <p class="quiet">
        {metric.excluded === 0
          ? t.leftOutNone
          : `${t.leftOut} ${metric.excluded}${language.value === 'en' ? ': ' : '：'}${metric.exclusions
              .map((one) => `${language.value === 'en' ? one.en : one.zh} ${one.n}`)
              .join(language.value === 'en' ? ', ' : '，')}`}
      </p>
      <details>
        <summary>{t.definition}</summary>
        <p>{definition(metric)}</p>
      </details>
      <p class="print-only">{definition(metric)}</p>
    </article>
  );
}

export function Figures() {
  const found = report.value;
  return (
    <section aria-labelledby="figures" class="column">
      <h2 id="figures">{t.figures}</h2>
      {found === undefined ? (
        <p class="quiet">{common.loading}</p>
      ) : (
        <div class="figures">
          {[found.ring_to_answer, found.answer_to_dispatch, found.turnout, found.response].map((metric) => (
            <Figure key={metric.code} metric={metric} />
          ))}
        </div>
      )}
    </section>
  );
}
